"""The light and the weather of a camera's picture.

All light is linear (display values are its square root, near enough to a
camera's) and 1 is what falls on open ground.
"""

import dataclasses
import math

import numpy as np

from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.style import RealLook


@dataclasses.dataclass(frozen=True)
class Light:
    """What lights a scene.

    Args:
        by_facing: RGB light on surfaces of every `Facing`, `(7, 3)`.
        shadow: RGB share of light left on shadowed ground, `(3,)`.
        shadow_slope: (x, z) that the shadow of a 1 m post reaches, in metres.
        zenith: RGB of the sky overhead, linear.
        horizon: RGB of the sky low down and of the haze, linear.
        clouds: Share of clouds in the sky.
        haze: Share of haze at 100 m.
        wetness: Of the road, 0 to 1.
    """

    by_facing: np.ndarray
    shadow: np.ndarray
    shadow_slope: tuple[float, float]
    zenith: np.ndarray
    horizon: np.ndarray
    clouds: float
    haze: float
    wetness: float


def draw_light(rng: np.random.Generator, look: RealLook) -> Light:
    """Draws a weather and its light."""
    overcast = happens(rng, look.overcast)
    dusk = not overcast and happens(rng, look.dusk)
    azimuth = between(rng, (0, 2 * math.pi))
    elevation = between(rng, (0.2, 0.4) if dusk else (0.5, 1.1))
    direct = 0.0 if overcast else between(rng, look.sun_strength)
    depth = 0.0 if overcast else between(rng, look.shadow_depth)
    wet = overcast and happens(rng, look.wet / max(look.overcast, 1e-6))
    reach = min(1 / math.tan(elevation), 3.0)
    zenith, horizon = _sky_colours(rng, overcast, dusk)
    return Light(
        by_facing=_light_by_facing(direct, azimuth, elevation, dusk),
        shadow=1 - depth * np.array([1.06, 1.0, 0.9], np.float32),
        shadow_slope=(-math.sin(azimuth) * reach, -math.cos(azimuth) * reach),
        zenith=zenith,
        horizon=horizon,
        clouds=between(rng, (0.5, 1.0) if overcast else (0.0, 0.75)),
        haze=between(rng, look.haze),
        wetness=between(rng, (0.3, 1.0)) if wet else 0.0,
    )


def _light_by_facing(
    direct: float, azimuth: float, elevation: float, dusk: bool
) -> np.ndarray:
    """Returns ambient light plus the sun's by the angle it falls at."""
    sun = np.array([1.25, 1.0, 0.7] if dusk else [1.04, 1.0, 0.94])
    ambient = np.array([0.94, 1.0, 1.1]) if direct else np.ones(3)
    low = 1 / math.tan(elevation)
    across, ahead = math.sin(azimuth) * low, math.cos(azimuth) * low
    sunlit = {
        Facing.GROUND: (1.0, 1.0),
        Facing.FRONT: (-ahead, 0.68),
        Facing.LEFT: (across, 0.74),
        Facing.RIGHT: (-across, 0.74),
        Facing.UP: (1.0, 1.0),
        Facing.ROUND: (0.55, 0.8),
        Facing.SKY: (1.0, 1.0),
    }
    rows = [
        direct * sun * min(max(sunlit[facing][0], 0.0), 1.3)
        + (1 - direct) * ambient * sunlit[facing][1]
        for facing in Facing
    ]
    return np.array(rows, np.float32)


def _sky_colours(
    rng: np.random.Generator, overcast: bool, dusk: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the linear colours of zenith and horizon."""
    if overcast:
        grey = between(rng, (0.45, 0.95))
        zenith, horizon = [grey, grey * 1.01, grey * 1.04], [grey * 1.1] * 3
    elif dusk:
        zenith, horizon = [0.3, 0.36, 0.5], [0.95, 0.72, 0.5]
    else:
        blue = between(rng, (0.0, 1.0))
        zenith = [0.16 + 0.2 * blue, 0.34 + 0.16 * blue, 0.78]
        horizon = [0.72, 0.8, 0.88]
    return np.array(zenith, np.float32), np.array(horizon, np.float32)
