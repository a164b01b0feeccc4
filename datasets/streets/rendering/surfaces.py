"""What surfaces look like close up: texture in perspective.

Every pixel's ray meets the plane of its polygon in a point of the world; the
texture is read there, so it shrinks with distance as it should.
"""

import dataclasses

import numpy as np

from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material as M
from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.rendering.textures import SIDE
from tf_advseg.datasets.streets.rendering.textures import Texture as T
from tf_advseg.datasets.streets.rendering.textures import tiles

FAR = 400.0
"""Distance in metres at which everything beyond is put, the sky included."""


@dataclasses.dataclass(frozen=True)
class Finish:
    """How uneven a material is.

    Args:
        textures: One of these, drawn for each thing.
        texel: Size of a texel in metres.
        fine: Strength of the texture.
        coarse: Strength of stains sixteen times as large.
    """

    textures: tuple[T, ...] = (T.SMOOTH,)
    texel: float = 0.05
    fine: float = 0.0
    coarse: float = 0.0


FINISHES = {
    M.ASPHALT: Finish((T.GRAIN, T.GRAIN, T.CLOUDS), 0.05, 0.22, 0.24),
    M.PAINT: Finish((T.GRAIN, T.CLOUDS), 0.04, 0.3, 0.25),
    M.PAVEMENT: Finish((T.SLABS, T.BRICKS, T.GRAIN), 0.025, 0.25, 0.22),
    M.CURB: Finish((T.GRAIN,), 0.05, 0.2, 0.2),
    M.GRASS: Finish((T.LEAVES, T.GRAIN), 0.03, 0.4, 0.35),
    M.FACADE: Finish(
        (T.GRAIN, T.BRICKS, T.STREAKS, T.PANELS, T.CLOUDS), 0.04, 0.3, 0.22
    ),
    M.WINDOW: Finish((T.CLOUDS,), 0.03, 0.5, 0.3),
    M.SHOP: Finish((T.PANELS, T.CLOUDS), 0.03, 0.6, 0.3),
    M.DOOR: Finish((T.STREAKS,), 0.03, 0.3, 0.1),
    M.ROOF: Finish((T.BRICKS, T.STREAKS), 0.05, 0.35, 0.2),
    M.CROWN: Finish((T.LEAVES,), 0.05, 0.7, 0.35),
    M.TRUNK: Finish((T.STREAKS,), 0.02, 0.4, 0.2),
    M.HEDGE: Finish((T.LEAVES,), 0.025, 0.6, 0.25),
    M.BODY: Finish((T.CLOUDS,), 0.03, 0.18, 0.25),
    M.GLASS: Finish((T.CLOUDS,), 0.015, 0.6, 0.3),
    M.SHIRT: Finish((T.STREAKS, T.CLOUDS), 0.015, 0.3, 0.1),
    M.TROUSERS: Finish((T.CLOUDS,), 0.015, 0.25, 0.1),
    M.BOARD: Finish((T.PANELS,), 0.015, 0.35, 0.1),
}

_TEXTURES = np.array(
    [np.resize(FINISHES.get(m, Finish()).textures, 30) for m in M]
)
_TEXELS = np.array([FINISHES.get(m, Finish()).texel for m in M], np.float32)
_FINE = np.array([FINISHES.get(m, Finish()).fine for m in M], np.float32)
_COARSE = np.array([FINISHES.get(m, Finish()).coarse for m in M], np.float32)


@dataclasses.dataclass(frozen=True, eq=False)
class Surfaces:
    """Where every pixel's point lies; all maps are `(H, W)` float32.

    Args:
        distance: Metres ahead.
        across: Position on the surface from left to right, in metres.
        along: Position on the surface upwards or ahead, in metres.
        slope: -y/z of the pixel's ray: positive below the horizon.
        blur: Size of the pixel on the surface, in metres.
    """

    distance: np.ndarray
    across: np.ndarray
    along: np.ndarray
    slope: np.ndarray
    blur: np.ndarray


def locate(scene: Scene, polygons: np.ndarray) -> Surfaces:
    """Finds the surface points of a map of polygons `(H, W)`."""
    view = scene.view
    slope_x, slope_y = view.rays(polygons.shape)
    facing = scene.facings.astype(np.uint8)[polygons]
    anchor = scene.anchors[polygons]
    ground = facing == Facing.GROUND
    sideways = (facing == Facing.LEFT) | (facing == Facing.RIGHT)
    safe_x = np.where(np.abs(slope_x) > 1e-4, slope_x, np.float32(1e-4))
    distance = np.where(sideways, anchor / safe_x, anchor)
    safe_y = np.maximum(slope_y, np.float32(1e-3))
    distance = np.where(ground, np.float32(view.height) / safe_y, distance)
    distance = np.where(facing == Facing.SKY, FAR, distance)
    distance = np.clip(distance, 0.5, FAR).astype(np.float32)
    height = np.float32(view.height) - slope_y * distance
    blur = distance * np.float32(2 / (view.focal * polygons.shape[1]))
    stretch = np.where(ground, 0.5 * distance / np.float32(view.height), 1)
    return Surfaces(
        distance=distance,
        across=np.where(sideways, distance, slope_x * distance),
        along=np.where(ground, distance, height),
        slope=slope_y,
        blur=blur * np.maximum(stretch, 1).astype(np.float32),
    )


def texture_gain(
    scene: Scene,
    polygons: np.ndarray,
    surfaces: Surfaces,
    rng: np.random.Generator,
    strength: float,
) -> np.ndarray:
    """Returns the gain of light that texture causes, `(H, W)` float32.

    Fine texture fades where a pixel is larger than its features.
    """
    things = int(scene.instances[-1]) + 1
    choice = rng.random(things)[scene.instances] * _TEXTURES.shape[1]
    kind = _TEXTURES[scene.materials, choice.astype(np.intp)][polygons]
    shift = (rng.random(things) * SIDE).astype(np.float32)
    shift = shift[scene.instances][polygons]
    texel = _TEXELS[scene.materials][polygons]
    s, t = surfaces.across / texel + shift, surfaces.along / texel + shift
    fine = _read(kind, s, t)
    fade = np.minimum(5 * texel / surfaces.blur, 1)
    coarse = _read(np.intp(T.CLOUDS), s / 16, t / 16)
    gain = _FINE[scene.materials][polygons] * fine * fade
    gain += _COARSE[scene.materials][polygons] * coarse
    return np.maximum(1 + np.float32(strength) * gain, np.float32(0.15))


def _read(kind, s: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Reads the tiles `kind` at texel coordinates (s, t)."""
    column = s.astype(np.int32) & (SIDE - 1)
    row = t.astype(np.int32) & (SIDE - 1)
    return tiles()[kind, row, column]
