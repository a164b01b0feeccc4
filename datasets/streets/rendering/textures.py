"""Repeating textures as small tiles, made once from a fixed seed.

A tile holds values of about -1 to 1, is periodic, and stands for what makes a
surface uneven. Only additions and comparisons make it, so that every machine
makes the same bytes.
"""

import enum
import functools

import numpy as np

SIDE = 128
"""Texels along a tile."""


class Texture(enum.IntEnum):
    """What a tile looks like."""

    SMOOTH = 0
    GRAIN = 1  # fine and random: asphalt, plaster
    CLOUDS = 2  # soft patches: stains, dirt, real clouds
    LEAVES = 3  # clumps of light and dark
    BRICKS = 4
    SLABS = 5
    STREAKS = 6  # upright lines: rain marks, planks
    PANELS = 7  # large plates with joints


@functools.lru_cache(maxsize=1)
def tiles() -> np.ndarray:
    """Returns all tiles, float32 `(textures, SIDE, SIDE)`, rows upwards."""
    rng = np.random.default_rng([7, 1999])
    made = {
        Texture.SMOOTH: np.zeros((SIDE, SIDE)),
        Texture.GRAIN: 0.7 * _noise(rng, 1) + 0.5 * _noise(rng, 4),
        Texture.CLOUDS: _octaves(rng),
        Texture.LEAVES: _leaves(rng),
        Texture.BRICKS: _masonry(rng, 8, 16, 1),
        Texture.SLABS: _masonry(rng, 32, 32, 2),
        Texture.STREAKS: _streaks(rng),
        Texture.PANELS: _masonry(rng, 64, 32, 1),
    }
    return np.array([made[texture] for texture in Texture], np.float32)


def _noise(rng: np.random.Generator, cell: int) -> np.ndarray:
    """Returns smooth periodic noise with bumps of about `cell` texels."""
    cells = SIDE // cell
    field = 2 * rng.random((cells, cells)) - 1
    field = np.repeat(np.repeat(field, cell, axis=0), cell, axis=1)
    return _smooth(field, cell)


def _smooth(field: np.ndarray, cell: int) -> np.ndarray:
    """Returns periodic means over squares of `cell` texels."""
    for axis in range(2):
        rolled = (np.roll(field, shift, axis) for shift in range(cell))
        field = sum(rolled, np.zeros_like(field)) / cell
    return field


def _octaves(rng: np.random.Generator) -> np.ndarray:
    weights = {32: 1.0, 16: 0.6, 8: 0.35, 4: 0.2}
    noises = (w * _noise(rng, cell) for cell, w in weights.items())
    return sum(noises, np.zeros((SIDE, SIDE))) / 0.9


def _leaves(rng: np.random.Generator) -> np.ndarray:
    field = _noise(rng, 16) + 0.9 * _noise(rng, 4) + 0.8 * _noise(rng, 2)
    return np.clip(1.3 * field, -1.2, 1.2)


def _masonry(
    rng: np.random.Generator, tall: int, wide: int, joint: int
) -> np.ndarray:
    """Returns blocks of (tall, wide) texels, each with its own shade."""
    rows, columns = np.indices((SIDE, SIDE))
    course = rows // tall
    columns = columns + (course % 2) * (wide // 2)
    block = (columns // wide) % (SIDE // wide)
    shade = 1.2 * rng.random((SIDE // tall, SIDE // wide)) - 0.5
    field = shade[course, block]
    in_joint = (rows % tall < joint) | (columns % wide < joint)
    return np.where(in_joint, -0.9, field) + 0.3 * _noise(rng, 2)


def _streaks(rng: np.random.Generator) -> np.ndarray:
    line = 2 * rng.random((1, SIDE)) - 1
    line = 0.6 * np.repeat(line, SIDE, axis=0)
    return line + 0.7 * _noise(rng, 16)
