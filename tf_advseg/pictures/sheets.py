"""Pictures beside and below each other, with titles."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from tf_advseg.pictures import drawing

_GAP = 4
_TITLE = 20  # height of the line of titles, in pixels


def side_by_side(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Returns pictures of one height in a row, `_GAP` pixels apart.

    Raises:
        ValueError: If their heights differ.
    """
    heights = {picture.shape[0] for picture in pictures}
    if len(heights) != 1:
        raise ValueError(
            "Pictures side by side need one height; received "
            f"{sorted(heights)}."
        )
    height = heights.pop()
    gap = np.full((height, _GAP, 3), drawing.BACKGROUND, np.uint8)
    pieces = [piece for picture in pictures for piece in (picture, gap)]
    return np.concatenate(pieces[:-1], axis=1)


def stacked(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Returns pictures below each other, padded on the right to one width."""
    width = max(picture.shape[1] for picture in pictures)
    height = sum(picture.shape[0] + _GAP for picture in pictures) - _GAP
    canvas = drawing.blank(width, height)
    y = 0
    for picture in pictures:
        canvas.paste(drawing.to_image(picture), (0, y))
        y += picture.shape[0] + _GAP
    return np.asarray(canvas)


def contact_sheet(
    rows: Sequence[Sequence[np.ndarray]],
    titles: Sequence[str] = (),
    cell_size: tuple[int, int] | None = None,
) -> np.ndarray:
    """Returns a table of pictures, one row an image as a rule.

    Args:
        rows: Rows of pictures, uint8 `(H, W, 3)`, as many in each row.
        titles: One a column (`image`, `truth`, `prediction`), or none.
        cell_size: (height, width) that every picture is fitted into, its
            shape kept; the size of the first picture by default.

    Raises:
        ValueError: If there are no pictures, or the rows or titles do not
            have one length.

    Example:
        >>> grey = np.full((10, 20, 3), 99, np.uint8)
        >>> contact_sheet([[grey, grey]], ["image", "truth"]).shape
        (30, 44, 3)
    """
    counts = {len(row) for row in rows} | ({len(titles)} if titles else set())
    if len(counts) != 1 or 0 in counts:
        raise ValueError(
            "A contact sheet needs rows of one length and a title for each "
            f"column or none; received rows of {[len(r) for r in rows]} "
            f"pictures and {len(titles)} titles."
        )
    size = cell_size or rows[0][0].shape[:2]
    lines = [side_by_side([_fit(cell, size) for cell in row]) for row in rows]
    sheet = stacked(lines)
    if not titles:
        return sheet
    header = drawing.blank(sheet.shape[1], _TITLE)
    for column, title in enumerate(titles):
        x = column * (size[1] + _GAP)
        drawing.text(header, (x + 2, _TITLE // 2), title, 13, anchor="lm")
    return np.concatenate([np.asarray(header), sheet], axis=0)


def _fit(picture, size):
    """The picture, as large as fits into `size`, in the middle of it."""
    height, width = size
    if picture.shape[:2] == (height, width):
        return picture
    scale = min(height / picture.shape[0], width / picture.shape[1])
    inner = (
        max(1, round(picture.shape[1] * scale)),
        max(1, round(picture.shape[0] * scale)),
    )
    # Nearest keeps class colours pure where a small map is made larger.
    kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
    canvas = drawing.blank(width, height)
    place = ((width - inner[0]) // 2, (height - inner[1]) // 2)
    canvas.paste(drawing.to_image(picture).resize(inner, kind), place)
    return np.asarray(canvas)
