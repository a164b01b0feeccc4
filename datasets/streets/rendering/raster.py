"""From a scene to the map of which polygon every pixel shows.

One map gives colours, labels and distances, so that labels are exact.
"""

import numpy as np
from PIL import Image
from PIL import ImageDraw

from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.geometry.view import NEAR

SAMPLES = 3
"""Subpixels a pixel in each direction; odd, so that one is in the middle."""


def rasterise(scene: Scene, size: tuple[int, int]) -> np.ndarray:
    """Returns the polygon of every subpixel, int32 `(3H, 3W)`."""
    height, width = size
    canvas = Image.new("I", (width * SAMPLES, height * SAMPLES), 0)
    draw = ImageDraw.Draw(canvas)
    points = _subpixels(scene, scene.points, size)
    start = 0
    for number, end in enumerate(scene.ends, start=1):
        draw.polygon(points[2 * start : 2 * end], fill=number)
        start = end
    return np.asarray(canvas)


def middles(subpixels: np.ndarray) -> np.ndarray:
    """Returns what is in the middle of each pixel, `(H, W)`."""
    return subpixels[SAMPLES // 2 :: SAMPLES, SAMPLES // 2 :: SAMPLES]


def label_map(scene: Scene, size: tuple[int, int]) -> np.ndarray:
    """Returns the train ids, uint8 `(H, W)`."""
    return scene.class_ids[middles(rasterise(scene, size))]


def antialias(subpixels: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Returns the picture of polygons in plain colours.

    Args:
        subpixels: `(3H, 3W)`, from `rasterise`.
        colours: RGB 0-255 of every polygon, uint8 `(n, 3)`.

    Returns:
        uint8 `(H, W, 3)`.
    """
    picture = Image.fromarray(colours[subpixels])
    return np.asarray(picture.reduce(SAMPLES))


def shadow_map(
    scene: Scene, size: tuple[int, int], slope: tuple[float, float]
) -> Image.Image:
    """Returns where the ground lies in cast shadow, mode L, 255 = shadow.

    Args:
        scene: Its casters throw the shadows.
        size: (H, W) of the map.
        slope: How far (x, z) the shadow of a 1 m post reaches, in metres.
    """
    height, width = size
    canvas = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(canvas)
    x0, z0, x1, z1, top = scene.casters.T
    (dx, dz), flat = slope, np.zeros_like(x0)
    corners = np.stack(
        [
            np.stack([x0, flat, z0], axis=1),
            np.stack([x1, flat, z1], axis=1),
            np.stack([x1 + dx * top, flat, z1 + dz * top], axis=1),
            np.stack([x0 + dx * top, flat, z0 + dz * top], axis=1),
        ],
        axis=1,
    )
    visible = corners[:, :, 2].max(axis=1) > NEAR
    pixels = scene.view.pixels(corners[visible].reshape(-1, 3), size)
    for outline in np.rint(pixels).reshape(-1, 8).clip(-30000, 30000).tolist():
        draw.polygon(outline, fill=255)
    return canvas


def _subpixels(
    scene: Scene, points: np.ndarray, size: tuple[int, int]
) -> list[float]:
    """Returns x, y, x, y... in whole subpixels, where Pillow draws."""
    pixels = scene.view.pixels(points, size) * SAMPLES - 0.5
    limit = 20 * SAMPLES * max(size)
    return np.rint(pixels).clip(-limit, limit).reshape(-1).tolist()
