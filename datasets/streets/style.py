"""All knobs of the two domains: how hard the step from sim to real is.

`Layout` says how often and how large things are; the same layout model reads
it in both domains. `SimLook` and `RealLook` say how a scene is pictured.
Ranges are (low, high) of a uniform draw, once an image unless said otherwise.
"""

import dataclasses

from tf_advseg.datasets.streets.chance import Range


@dataclasses.dataclass(frozen=True)
class Layout:
    """What stands on a street; lengths in metres."""

    camera_height: Range
    horizon: Range  # fraction of the image height
    pan: float  # largest shift of the vanishing point, half image widths
    lane_width: Range
    two_lanes: float  # chance of two lanes a direction
    sidewalk: Range  # width
    verge: float  # chance of grass between sidewalk and houses, a side
    crossing: float  # chance of a street across
    building_length: Range
    building_height: Range
    building_gap: float  # chance of a gap after a building
    pitched_roof: float  # chance a building
    window_size: Range  # share of the wall's grid cell
    tree_spacing: Range
    tree_size: Range  # height
    crown_blobs: int  # how many blobs make a crown
    crown_roughness: float  # 0: ellipses, 1: ragged
    hedge: float  # chance a side
    parked: float  # chance that a parking bay is taken
    traffic: float  # mean number of moving vehicles a lane
    big_vehicle: float  # chance that a vehicle is a van, bus or truck
    people: float  # mean number of walkers
    cyclists: float  # mean number of riders
    lamp_spacing: Range
    signs: float  # mean number of traffic signs and boards
    bollards: float  # chance of a row of bollards, a side


@dataclasses.dataclass(frozen=True)
class SimLook:
    """How the game engine draws: flat colours, one light, clean lens."""

    tint: float = 0.07  # largest change of a colour channel, an image
    exposure: Range = (0.8, 1.15)  # brightness, an image
    variety: float = 0.12  # largest change of brightness, a thing
    fog: Range = (0.0, 0.25)  # share of fog at 100 m
    side_shade: Range = (0.68, 0.86)  # brightness of walls out of the sun


@dataclasses.dataclass(frozen=True)
class RealLook:
    """How the camera sees: light, weather, texture and the sensor."""

    overcast: float = 0.35  # chance of no sun
    dusk: float = 0.2  # chance of low warm light on a sunny day
    wet: float = 0.15  # chance of a wet road under clouds
    sun_strength: Range = (0.4, 0.78)  # share of light that is direct
    shadow_depth: Range = (0.35, 0.65)  # light lost in cast shadow
    haze: Range = (0.05, 0.65)  # share of haze at 100 m
    texture: Range = (0.6, 1.15)  # strength of all textures
    colour_spread: float = 0.16  # spread of a thing's own colour
    greyness: Range = (0.1, 0.5)  # colour lost, an image
    exposure: Range = (0.7, 1.7)  # gain
    white_balance: float = 0.18  # largest gain error of red and blue
    contrast: Range = (-0.35, 0.55)  # bend of the response curve
    vignetting: Range = (0.05, 0.4)  # light lost in the corners
    blur: Range = (0.2, 0.8)  # radius in pixels of a 256 wide image
    noise: Range = (0.006, 0.03)  # sensor noise of white, 1 = full scale
    jpeg_quality: Range = (55, 95)


SIM_LAYOUT = Layout(
    camera_height=(1.5, 1.9),
    horizon=(0.4, 0.47),
    pan=0.12,
    lane_width=(3.3, 3.9),
    two_lanes=0.5,
    sidewalk=(2.5, 4.5),
    verge=0.25,
    crossing=0.35,
    building_length=(12, 26),
    building_height=(8, 22),
    building_gap=0.25,
    pitched_roof=0.15,
    window_size=(0.45, 0.6),
    tree_spacing=(14, 30),
    tree_size=(4.5, 7.5),
    crown_blobs=3,
    crown_roughness=0.15,
    hedge=0.2,
    parked=0.22,
    traffic=1.2,
    big_vehicle=0.25,
    people=4.0,
    cyclists=1.0,
    lamp_spacing=(18, 30),
    signs=2.6,
    bollards=0.1,
)

REAL_LAYOUT = Layout(
    camera_height=(1.2, 1.7),
    horizon=(0.39, 0.5),
    pan=0.18,
    lane_width=(2.8, 3.5),
    two_lanes=0.25,
    sidewalk=(1.6, 4.0),
    verge=0.4,
    crossing=0.35,
    building_length=(7, 22),
    building_height=(5, 19),
    building_gap=0.35,
    pitched_roof=0.45,
    window_size=(0.3, 0.65),
    tree_spacing=(8, 24),
    tree_size=(4.0, 10.0),
    crown_blobs=5,
    crown_roughness=0.55,
    hedge=0.35,
    parked=0.5,
    traffic=0.9,
    big_vehicle=0.15,
    people=6.0,
    cyclists=1.6,
    lamp_spacing=(14, 34),
    signs=3.4,
    bollards=0.3,
)
