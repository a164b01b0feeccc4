"""A picture of each proposed class: where it is, in the image that shows most.

Names of classes cannot be read from numbers; a person sees at a glance what
number 7 is.
"""

from collections.abc import Iterator

import numpy as np

from tf_advseg import pictures
from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.pictures import drawing
from tf_advseg.proposing.classes import Proposal
from tf_advseg.proposing.codes import FoundCode

_CELL = (150, 220)
_COLUMNS = 3
_LETTERS = 14
_PAINT = (255, 0, 200)
"""Of the class: no palette of things has it."""
_DIM = 0.4


def class_sheet(domain: FolderDomain, proposal: Proposal) -> np.ndarray:
    """Returns one example of each id or colour, uint8 `(H, W, 3)`.

    Each is the part of an image around it, and the same with the class painted
    and all else darkened. One image is in memory at a time.

    Args:
        domain: Reads labels by the proposed class map.
        proposal: What is shown: classes, then what is to be ignored.
    """
    found = proposal.found
    shown = [(c, one.name) for one in proposal.classes for c in one.codes]
    shown += [(code, "ignored") for code, _ in proposal.ignored]
    cells = {}
    for key in dict.fromkeys(code.example for code, _ in shown):
        wanted = [code for code, _ in shown if code.example == key]
        for code, cell in _cells(domain, key, wanted):
            cells[code.code] = cell
    parts = [
        _titled(
            cells[code.code],
            f"{name}: {found.text(code.code)}, {found.share(code.pixels)}, "
            f"in {code.num_images:,} images",
            colour_of(code.code) if found.of_colours else None,
        )
        for code, name in shown
    ]
    rows = [parts[i : i + _COLUMNS] for i in range(0, len(parts), _COLUMNS)]
    return pictures.stacked([pictures.side_by_side(row) for row in rows])


def _cells(
    domain: FolderDomain, key: str, wanted: list[FoundCode]
) -> Iterator[tuple[FoundCode, np.ndarray]]:
    """The cell of each code that an image is the example of."""
    try:
        image, codes = domain.read_image(key), domain.label_codes(key)
    except DataError:
        image = codes = None
    for code in wanted:
        if image is None or codes is None or image.shape[:2] != codes.shape:
            grey = np.full((*_CELL, 3), 128, np.uint8)
            yield code, pictures.side_by_side([grey, grey])
            continue
        mask = codes == code.code
        part = _around(mask)
        image_part, mask_part = image[part], mask[part]
        dark = (_DIM * image_part).astype(np.uint8)
        shown = np.where(mask_part[..., None], image_part, dark)
        painted = np.where(mask_part, 0, 255)
        shown = pictures.overlay(shown, painted, [_PAINT], 0.45)
        yield code, pictures.contact_sheet([[image_part, shown]], (), _CELL)


def _around(mask: np.ndarray) -> tuple[slice, slice]:
    """The part of an image that shows a mask with some of its surroundings.

    Args:
        mask: bool `(H, W)`, some of it true.
    """
    slices = []
    for axis, side in enumerate(mask.shape):
        there = np.flatnonzero(mask.any(axis=1 - axis))
        low, high = int(there[0]), int(there[-1]) + 1
        length = min(side, max(round(1.5 * (high - low)), side // 2))
        start = min(max(0, (low + high - length) // 2), side - length)
        slices.append(slice(start, start + length))
    return slices[0], slices[1]


def _titled(
    cell: np.ndarray, title: str, colour: list[int] | None
) -> np.ndarray:
    """A cell under its title, with a swatch of what the label is painted."""
    line = drawing.blank(cell.shape[1], _LETTERS + 8)
    left = 2
    if colour is not None:
        line.paste(tuple(colour), (2, 3, 2 + _LETTERS, 3 + _LETTERS))
        left += _LETTERS + 4
    middle = (left, line.height // 2)
    drawing.text(line, middle, title, _LETTERS, anchor="lm")
    return np.concatenate([np.asarray(line), cell])
