"""The air and the water of a camera's picture: sky, haze, wet road.

All pictures here are linear light, float32 `(H, W, 3)`.
"""

import numpy as np

from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.rendering.light import Light
from tf_advseg.datasets.streets.rendering.surfaces import Surfaces
from tf_advseg.datasets.streets.rendering.textures import SIDE
from tf_advseg.datasets.streets.rendering.textures import Texture
from tf_advseg.datasets.streets.rendering.textures import tiles

_WET = (
    Material.ASPHALT,
    Material.PAINT,
    Material.CONTACT_SHADOW,
    Material.PAVEMENT,
)


def sky_picture(
    light: Light, surfaces: Surfaces, rng: np.random.Generator
) -> np.ndarray:
    """Returns the sky as if nothing stood before it."""
    height = np.clip(-surfaces.slope, 0, 1)
    rise = height * 2 / (1 + height)
    sky = light.horizon + (light.zenith - light.horizon) * rise[..., None]
    cover = _clouds(surfaces, height, rng)
    cover = np.clip(cover + (2 * light.clouds - 1), 0, 1) * light.clouds
    bright = 0.5 * (light.horizon + light.horizon.max())
    return sky + (bright - sky) * (0.85 * cover)[..., None]


def _clouds(
    surfaces: Surfaces, height: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Reads soft patches on a ceiling of clouds, smoothly."""
    depth = 30 / (height + 0.12)
    across = surfaces.across / surfaces.distance * depth
    offset = rng.random(2) * SIDE
    return _smooth_read(
        tiles()[Texture.CLOUDS], depth + offset[0], across + offset[1]
    )


def _smooth_read(tile: np.ndarray, t: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Reads a tile between its texels (bilinear)."""
    row, column = np.floor(t).astype(np.int32), np.floor(s).astype(np.int32)
    down, right = (t - row).astype(np.float32), (s - column).astype(np.float32)
    row, column = row & (SIDE - 1), column & (SIDE - 1)
    below, beside = (row + 1) & (SIDE - 1), (column + 1) & (SIDE - 1)
    top = tile[row, column] * (1 - right) + tile[row, beside] * right
    bottom = tile[below, column] * (1 - right) + tile[below, beside] * right
    return top * (1 - down) + bottom * down


def add_haze(
    picture: np.ndarray, light: Light, surfaces: Surfaces
) -> np.ndarray:
    """Mixes the colour of the horizon in with distance."""
    density = light.haze / max(1 - light.haze, 0.05) / 100
    amount = surfaces.distance * np.float32(density)
    amount = (amount / (1 + amount))[..., None]
    return picture + (light.horizon - picture) * amount


def add_reflections(
    picture: np.ndarray,
    light: Light,
    scene: Scene,
    polygons: np.ndarray,
    surfaces: Surfaces,
) -> np.ndarray:
    """Darkens a wet road and mirrors what stands over it."""
    if not light.wetness:
        return picture
    height = polygons.shape[0]
    horizon = int(scene.view.horizon * height)
    mirrored = np.clip(2 * horizon - np.arange(height), 0, height - 1)
    mirror = picture[mirrored]
    reach = max(height // 24, 1)
    mirror = sum(np.roll(mirror, k * reach, axis=0) for k in (-1, 0, 1)) / 3
    wet = np.isin(scene.materials, _WET)[polygons]
    grazing = np.clip(0.75 - 1.1 * surfaces.slope, 0.12, 0.7)
    puddles = _smooth_read(
        tiles()[Texture.CLOUDS],
        surfaces.along * np.float32(1.5),
        surfaces.across * np.float32(3),
    )
    amount = grazing * np.clip(0.75 + 0.5 * puddles, 0.3, 1) * wet
    amount = (amount * np.float32(light.wetness))[..., None]
    dark = picture * np.where(wet, 1 - 0.4 * light.wetness, 1)[..., None]
    return dark + (mirror - dark) * amount
