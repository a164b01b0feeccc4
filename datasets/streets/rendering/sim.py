"""How the game engine pictures a scene: flat colours and a clean lens."""

import numpy as np

from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.rendering.palettes import SIM_PALETTE
from tf_advseg.datasets.streets.rendering.palettes import palette_table
from tf_advseg.datasets.streets.rendering.raster import antialias
from tf_advseg.datasets.streets.rendering.raster import middles
from tf_advseg.datasets.streets.rendering.raster import rasterise
from tf_advseg.datasets.streets.style import SimLook

_TABLE = palette_table(SIM_PALETTE)

_ZENITHS = np.array(
    [[88, 150, 235], [110, 160, 220], [168, 184, 204], [120, 130, 190]],
    np.float32,
)
_HORIZONS = np.array(
    [[190, 218, 245], [214, 226, 236], [212, 216, 220], [248, 206, 170]],
    np.float32,
)


def render_sim(
    scene: Scene,
    size: tuple[int, int],
    rng: np.random.Generator,
    look: SimLook,
) -> np.ndarray:
    """Returns the picture of `scene`, uint8 `(H, W, 3)`.

    Args:
        scene: What to draw.
        size: (H, W) in pixels.
        rng: Draws the colours; the same state gives the same colours at
            every size.
        look: The knobs.
    """
    weather = int(rng.random() * len(_ZENITHS))
    zenith, horizon = _ZENITHS[weather], _HORIZONS[weather]
    colours = _flat_colours(scene, horizon, rng, look)
    subpixels = rasterise(scene, size)
    picture = antialias(subpixels, np.rint(colours).astype(np.uint8))
    _, slope = scene.view.rays(size)
    height = np.clip(-slope * 2, 0, 1)[..., None]
    sky = np.rint(horizon + (zenith - horizon) * height).astype(np.uint8)
    return np.where((middles(subpixels) == 0)[..., None], sky, picture)


def _flat_colours(
    scene: Scene,
    horizon: np.ndarray,
    rng: np.random.Generator,
    look: SimLook,
) -> np.ndarray:
    """Returns RGB 0-255 of every polygon, `(n, 3)`."""
    things = int(scene.instances[-1]) + 1
    choice = rng.random(things)[scene.instances]
    brightness = 1 + look.variety * (2 * rng.random(things) - 1)
    tint = 1 + look.tint * (2 * rng.random(3) - 1)
    tint = tint * between(rng, look.exposure)
    variant = (choice * _TABLE.shape[1]).astype(np.intp)
    colours = _TABLE[scene.materials, variant]
    shade = _shades(rng, look)[scene.facings] * brightness[scene.instances]
    colours = colours * shade[:, None] * tint
    far = between(rng, look.fog) * np.clip(scene.anchors / 100, 0, 1)
    far[scene.facings == Facing.GROUND] = 0
    colours += (horizon - colours) * far[:, None]
    return np.clip(colours, 0, 255)


def _shades(rng: np.random.Generator, look: SimLook) -> np.ndarray:
    """Returns the brightness of every `Facing`."""
    shades = np.ones(len(Facing))
    dark_side = Facing.LEFT if rng.random() < 0.5 else Facing.RIGHT
    shades[dark_side] = between(rng, look.side_shade)
    shades[Facing.FRONT] = 0.92
    return shades
