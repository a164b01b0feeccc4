"""Areas of a label: from outlines and run lengths to pixels, in their order.

Areas may overlap. Those of a higher level lie on top (CVAT's z-order); of one
level the smaller lies on the larger, whatever their order in the file: a
pedestrian before a wall, a window in it. Equal ones: the later lies on top.
"""

import dataclasses
from collections.abc import Callable
from collections.abc import Sequence

import numpy as np

from tf_advseg.labelling.exports.export import NOTHING
from tf_advseg.labelling.exports.export import Painted

RULE = "the smaller area lies on top"
_NO_AREA = -1
_LONGEST = 4_000_000
"""Pixels along an outline: some thousand times around a large photo."""

Mask = Callable[[tuple[int, int]], np.ndarray]
"""Makes a mask, bool `(H, W)`, of an image of that size."""


@dataclasses.dataclass(frozen=True)
class Area:
    """Some pixels of one class.

    Attributes:
        index: The class.
        mask: Which pixels.
        level: What lies on top has a higher one.
    """

    index: int
    mask: Mask
    level: float = 0


def paint(areas: Sequence[Area], size: tuple[int, int]) -> Painted:
    """Paints areas over each other.

    Raises:
        ValueError: If an area does not fit the image.
    """
    pieces = [(area, *_cut(area.mask(size))) for area in areas]
    pieces.sort(key=lambda piece: (piece[0].level, -int(piece[2].sum())))
    classes = np.full(size, _NO_AREA, np.int16)
    contested = np.zeros(size, bool)
    for area, box, inside in pieces:
        below = classes[box]
        others = (below != _NO_AREA) & (below != area.index)
        contested[box] |= inside & others
        below[inside] = area.index
    return Painted(
        np.where(classes == _NO_AREA, NOTHING, classes).astype(np.uint8),
        classes != _NO_AREA,
        int(contested.sum()),
    )


def of_counts(
    counts: Sequence[int], size: tuple[int, int], down_columns: bool
) -> np.ndarray:
    """A mask of run lengths, of zeros first: bool of that (H, W).

    Raises:
        ValueError: If they do not fill the size.
    """
    lengths = np.asarray(counts, np.int64)
    if lengths.ndim != 1 or (lengths < 0).any():
        raise ValueError("its run lengths are no list of whole numbers")
    # Of many large ones the sum may wrap around; none is above the total.
    total = size[0] * size[1]
    if (lengths > total).any() or int(lengths.sum()) != total:
        raise ValueError(
            f"its run lengths cover another number of pixels than the "
            f"{total:,} of (height, width) {size}"
        )
    values = np.arange(len(lengths)) % 2 == 1
    flat = np.repeat(values, lengths)
    return flat.reshape(size, order="F" if down_columns else "C")


def of_polygons(
    polygons: Sequence[np.ndarray], size: tuple[int, int]
) -> np.ndarray:
    """What lies in any of some polygons, as COCO's own tools draw them.

    Args:
        polygons: Points (x, y) `(N, 2)`; a pixel at (x, y) reaches to
            (x + 1, y + 1).
        size: (H, W) of the image.

    Raises:
        ValueError: If a polygon has fewer than three points, or some far from
            the image.
        ImportError: If pycocotools is not installed.
    """
    for points in polygons:
        _check_polygon(points, size)
    try:
        from pycocotools import mask as coco
    except ImportError:
        raise ImportError(
            "Polygons are drawn by the package pycocotools, which is not "
            "installed: pip install 'tf-advseg[coco]'."
        ) from None
    flat = [points.ravel().tolist() for points in polygons]
    runs = coco.merge(coco.frPyObjects(flat, *size))
    return coco.decode(runs).astype(bool)


def _check_polygon(points: np.ndarray, size: tuple[int, int]) -> None:
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise ValueError("a polygon needs three points (x, y) at least")
    width_height = np.array(size[::-1])
    near = (points >= -width_height) & (points <= 2 * width_height)
    if not near.all():  # So NaN is no point either.
        raise ValueError(
            f"a polygon has points far from the image, whose (height, width) "
            f"is {size}"
        )
    steps = np.abs(np.diff(points, axis=0, append=points[:1]))
    if steps.max(axis=1).sum() > _LONGEST:
        raise ValueError(f"a polygon is longer than {_LONGEST:,} pixels")


def _cut(mask: np.ndarray) -> tuple[tuple[slice, slice], np.ndarray]:
    """The box around a mask, and the mask in it: an instance is small."""
    slices = []
    for axis in (1, 0):
        found = np.flatnonzero(mask.any(axis=axis))
        slices.append(slice(found[0], found[-1] + 1) if len(found) else _NONE)
    box = (slices[0], slices[1])
    return box, mask[box].copy()


_NONE = slice(0, 0)
