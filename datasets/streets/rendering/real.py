"""How a camera pictures a scene: light, texture, air, lens and sensor."""

import numpy as np
from PIL import ImageFilter

from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.rendering.atmosphere import add_haze
from tf_advseg.datasets.streets.rendering.atmosphere import add_reflections
from tf_advseg.datasets.streets.rendering.atmosphere import sky_picture
from tf_advseg.datasets.streets.rendering.light import Light
from tf_advseg.datasets.streets.rendering.light import draw_light
from tf_advseg.datasets.streets.rendering.palettes import REAL_PALETTE
from tf_advseg.datasets.streets.rendering.palettes import palette_table
from tf_advseg.datasets.streets.rendering.raster import antialias
from tf_advseg.datasets.streets.rendering.raster import middles
from tf_advseg.datasets.streets.rendering.raster import rasterise
from tf_advseg.datasets.streets.rendering.raster import shadow_map
from tf_advseg.datasets.streets.rendering.sensor import expose
from tf_advseg.datasets.streets.rendering.surfaces import locate
from tf_advseg.datasets.streets.rendering.surfaces import texture_gain
from tf_advseg.datasets.streets.style import RealLook

_TABLE = palette_table(REAL_PALETTE)

_VARIED = (Material.WINDOW, Material.CROWN, Material.GLASS)
"""Materials of which every polygon, not every thing, has its own shade."""

_HEADROOM = 0.5
"""Scale that keeps sunlit white below 255 in the plain picture."""


def render_real(
    scene: Scene,
    size: tuple[int, int],
    rng: np.random.Generator,
    look: RealLook,
) -> np.ndarray:
    """Returns the picture of `scene`, uint8 `(H, W, 3)`.

    Args:
        scene: What to picture.
        size: (H, W) in pixels.
        rng: Draws weather, colours, textures and the sensor's noise; all but
            the noise are the same at every size.
        look: The knobs.
    """
    light = draw_light(rng, look)
    colours = _lit_colours(scene, light, rng, look)
    subpixels = rasterise(scene, size)
    polygons = middles(subpixels)
    plain = antialias(subpixels, colours).astype(np.float32)
    plain = plain * np.float32(1 / 255)
    picture = plain * plain * np.float32(1 / _HEADROOM)
    surfaces = locate(scene, polygons)
    strength = between(rng, look.texture)
    gain = texture_gain(scene, polygons, surfaces, rng, strength)
    gain = gain[..., None] * _cast_shadow(scene, light, polygons)
    picture = add_haze(picture * gain, light, surfaces)
    sky = sky_picture(light, surfaces, rng)
    picture = np.where((polygons == 0)[..., None], sky, picture)
    picture = add_reflections(picture, light, scene, polygons, surfaces)
    return expose(picture, rng, look)


def _lit_colours(
    scene: Scene, light: Light, rng: np.random.Generator, look: RealLook
) -> np.ndarray:
    """Returns every polygon's colour in its light, uint8 `(n, 3)`.

    Colours are drawn by thing; the square root of light is stored.
    """
    things = int(scene.instances[-1]) + 1
    variant = rng.random(things)[scene.instances] * _TABLE.shape[1]
    colours = _TABLE[scene.materials, variant.astype(np.intp)] / 255
    spread = look.colour_spread
    own = 1 + spread * (2 * rng.random((things, 1)) - 1)
    own = own + 0.35 * spread * (2 * rng.random((things, 3)) - 1)
    colours = colours * own[scene.instances]
    varied = np.isin(scene.materials, _VARIED)
    each = 1 + varied * 0.5 * (rng.random(len(varied)) - 0.5)
    colours = colours * each[:, None]
    grey = (colours * np.array([0.3, 0.59, 0.11])).sum(axis=1, keepdims=True)
    colours += (grey - colours) * between(rng, look.greyness)
    lit = colours * colours * light.by_facing[scene.facings] * _HEADROOM
    return np.rint(np.sqrt(np.clip(lit, 0, 1)) * 255).astype(np.uint8)


def _cast_shadow(
    scene: Scene, light: Light, polygons: np.ndarray
) -> np.ndarray:
    """Returns the share of light that cast shadows leave, `(H, W, 3)`."""
    shadow = shadow_map(scene, polygons.shape, light.shadow_slope)
    soft = ImageFilter.GaussianBlur(polygons.shape[1] / 400)
    shadow = np.asarray(shadow.filter(soft), np.float32) * np.float32(1 / 255)
    on_ground = (scene.facings == Facing.GROUND)[polygons]
    amount = (shadow * on_ground)[..., None]
    return 1 + (light.shadow - 1) * amount
