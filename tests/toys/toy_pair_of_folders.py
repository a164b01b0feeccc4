"""Two folders as a newcomer has them: labels that nobody explained."""

import zlib
from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = [(128, 64, 128), (70, 70, 70), (70, 130, 180), (0, 0, 0)]
"""Road, building and sky of Cityscapes' palette, and black."""


def save(path: Path, pixels, mode: str | None = None, palette=()) -> Path:
    """Writes an array as a picture; makes the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(np.asarray(pixels))
    if mode:
        picture = picture.convert(mode)
    if palette:
        picture.putpalette([part for colour in palette for part in colour])
    picture.save(path)
    return path


def stripes(size=(32, 64), codes=(0, 1, 2)) -> np.ndarray:
    """Upright stripes of some codes, equally wide, `(H, W)`."""
    places = np.arange(size[1]) * len(codes) // size[1]
    return np.tile(np.asarray(codes)[places], (size[0], 1))


def ids(codes=(0, 1, 2), size=(32, 64), kind=np.uint8) -> np.ndarray:
    """A label of numbers."""
    return stripes(size, codes).astype(kind)


def colours(size=(32, 64), palette=tuple(COLOURS)) -> np.ndarray:
    """A label of colours, uint8 `(H, W, 3)`."""
    places = stripes(size, range(len(palette)))
    return np.asarray(palette, np.uint8)[places]


def photo(size=(32, 64), seed=0) -> np.ndarray:
    """Noise, of thousands of colours."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (*size, 3)).astype(np.uint8)


def folder(root: Path, label=None, number=3, size=(32, 64), **how) -> Path:
    """Writes ROOT/images, and ROOT/labels of one array if it is given."""
    seed = zlib.crc32(root.name.encode())  # No two folders look alike.
    for index in range(number):
        save(root / f"images/{index}.png", photo(size, seed + index))
        if label is not None:
            save(root / f"labels/{index}.png", label, **how)
    return root
