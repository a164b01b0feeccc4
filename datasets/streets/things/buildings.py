"""Houses along the street: walls with windows, shops, roofs, gable walls."""

import dataclasses

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.shapes import panel
from tf_advseg.datasets.streets.geometry.shapes import wall
from tf_advseg.datasets.streets.style import Layout
from tf_advseg.datasets.streets.things.ground import Street

DEPTH = 11.0
"""How deep a house is, in metres."""

DETAIL = 70.0
"""Walls that begin farther away than this have no windows."""


@dataclasses.dataclass(frozen=True)
class House:
    """A house: its wall stands at x, from z0 to z1, on `side` 0 or 1."""

    side: int
    x: float
    z0: float
    z1: float
    height: float
    storey: float

    @property
    def back(self) -> float:
        return self.x + (2 * self.side - 1) * DEPTH

    @property
    def facing(self) -> Facing:
        return Facing.RIGHT if self.side else Facing.LEFT


def house_thing(
    rng: np.random.Generator, layout: Layout, house: House
) -> Thing:
    """Draws a house's openings and roof."""
    parts = []
    if happens(rng, layout.pitched_roof):
        parts += _roof(rng, house)
    left, right = sorted((house.x, house.back))
    front = panel(house.z0, left, right, 0, house.height)
    side = wall(house.x, house.z0, house.z1, 0, house.height)
    parts.append(_part(front, Material.FACADE, Facing.FRONT))
    parts.append(_part(side, Material.FACADE, house.facing))
    if house.z0 < DETAIL:
        parts += _openings(rng, layout, house)
    caster = (house.x, house.z0, house.x, house.z1, house.height)
    return Thing(house.z0, parts, [caster])


def _part(points, material: Material, facing: Facing) -> Part:
    return Part(points, classes.BUILDING, material, facing)


def _roof(rng: np.random.Generator, house: House) -> list[Part]:
    rise = between(rng, (1.5, 4.0))
    ridge = (house.x + house.back) / 2
    top = house.height + rise
    slope = [
        (house.x, house.height, house.z0),
        (ridge, top, house.z0),
        (ridge, top, house.z1),
        (house.x, house.height, house.z1),
    ]
    gable = [
        (house.x, house.height, house.z0),
        (house.back, house.height, house.z0),
        (ridge, top, house.z0),
    ]
    return [
        _part(slope, Material.ROOF, Facing.UP),
        _part(gable, Material.FACADE, Facing.FRONT),
    ]


def _openings(
    rng: np.random.Generator, layout: Layout, house: House
) -> list[Part]:
    """Returns windows in a grid, with shops or doors on the ground floor."""
    pitch = between(rng, (2.2, 3.6))
    wide = pitch * between(rng, layout.window_size)
    tall = house.storey * between(rng, layout.window_size)
    shops = happens(rng, 0.35)
    storeys = max(int(house.height / house.storey), 1)
    parts = []
    for column in range(int((house.z1 - house.z0) / pitch)):
        z = house.z0 + (column + 0.5) * pitch
        if z < 2:
            continue
        if shops or column % 4 == 1:
            parts.append(_ground_floor(house, z, pitch, shops))
        for storey in range(1 if parts else 0, storeys):
            low = storey * house.storey + 0.35 * (house.storey - tall) + 0.4
            window = wall(house.x, z - wide / 2, z + wide / 2, low, low + tall)
            parts.append(_part(window, Material.WINDOW, house.facing))
    return parts + _gable_windows(house, pitch, wide, tall, storeys)


def _ground_floor(house: House, z: float, pitch: float, shop: bool) -> Part:
    half, top = (0.44 * pitch, 2.6) if shop else (0.55, 2.2)
    material = Material.SHOP if shop else Material.DOOR
    opening = wall(house.x, z - half, z + half, 0.25 * shop, top)
    return _part(opening, material, house.facing)


def _gable_windows(
    house: House, pitch: float, wide: float, tall: float, storeys: int
) -> list[Part]:
    """Returns the windows of the wall that faces the camera."""
    if house.z0 < 2:
        return []
    away = 2 * house.side - 1
    parts = []
    for column in range(1, int(DEPTH / pitch) - 1):
        x = house.x + away * (column + 0.5) * pitch
        for storey in range(storeys):
            low = storey * house.storey + 0.35 * (house.storey - tall) + 0.4
            window = panel(
                house.z0, x - wide / 2, x + wide / 2, low, low + tall
            )
            parts.append(_part(window, Material.WINDOW, Facing.FRONT))
    return parts


def draw_houses(
    rng: np.random.Generator, layout: Layout, street: Street, side: int
) -> tuple[list[House], list[tuple[float, float]]]:
    """Draws a row of houses and the gaps (z0, z1) between them."""
    houses, gaps = [], []
    z = -between(rng, (0, layout.building_length[1]))
    while z < 130:
        if street.crossing and street.on_crossing(z, margin=1.0):
            z = street.crossing[1] + 1.5
        length = between(rng, layout.building_length)
        if street.crossing and z < street.crossing[0] < z + length + 1.5:
            length = max(street.crossing[0] - 1.5 - z, 0.5)
        setback = between(rng, (0.0, 0.8)) * (2 * side - 1)
        x = street.house_line(side) + setback
        storey = between(rng, (2.8, 3.5))
        height = between(rng, layout.building_height)
        if length > 4:
            houses.append(House(side, x, z, z + length, height, storey))
        z += length
        if happens(rng, layout.building_gap):
            gap = between(rng, (3, 16))
            gaps.append((z, z + gap))
            z += gap
    return houses, gaps
