"""The confusion matrix as a picture."""

from collections.abc import Sequence

import numpy as np
from PIL import Image
from PIL import ImageDraw

from tf_advseg.pictures import drawing

_CELL = 44
_SIZE = 13  # of the letters, in pixels
_EMPTY = (235, 235, 235)
_FULL = np.array((20, 70, 140), np.float64)


def confusion_picture(
    confusion: np.ndarray, class_names: Sequence[str]
) -> np.ndarray:
    """Returns the matrix in percent of each true class's pixels.

    Rows are the truth, columns the prediction. A row without true pixels is
    grey: its class is absent from the labels.

    Args:
        confusion: `(C, C)` pixel counts.
        class_names: C names.

    Raises:
        ValueError: If the sizes do not agree.
    """
    num_classes = len(class_names)
    if np.shape(confusion) != (num_classes, num_classes):
        raise ValueError(
            f"Expected a {num_classes}x{num_classes} confusion matrix, one "
            f"row a class name; received shape {np.shape(confusion)}."
        )
    margin = (
        _SIZE
        + 14
        + max(drawing.text_width(name, _SIZE) for name in class_names)
    )
    side = margin + num_classes * _CELL
    canvas = drawing.blank(side + 2, side + 2)
    _draw_names(canvas, class_names, margin)
    for row, counts in enumerate(np.asarray(confusion)):
        total = counts.sum()
        for column, count in enumerate(counts):
            corner = (margin + column * _CELL, margin + row * _CELL)
            _draw_cell(canvas, corner, count / total if total else None)
    return np.asarray(canvas)


def _draw_cell(canvas, corner, share):
    """One cell: blue by its share of the row, or grey where there is none."""
    x, y = corner
    colour = _EMPTY
    if share is not None:
        # The root makes small but real confusions visible.
        depth = np.sqrt(share)
        mixed = (1 - depth) * 255 + depth * _FULL
        red, green, blue = np.rint(mixed).astype(int).tolist()
        colour = (red, green, blue)
    box = (x, y, x + _CELL, y + _CELL)
    ImageDraw.Draw(canvas).rectangle(box, fill=colour, outline=_EMPTY)
    if share is not None and share >= 0.0005:
        drawing.text(
            canvas,
            (x + _CELL // 2, y + _CELL // 2),
            f"{100 * share:.1f}",
            12,
            anchor="mm",
            fill=drawing.ink_on(colour),
        )


def _draw_names(canvas, class_names, margin):
    for index, name in enumerate(class_names):
        middle = margin + index * _CELL + _CELL // 2
        drawing.text(canvas, (margin - 6, middle), name, _SIZE, anchor="rm")
        _upwards(canvas, (middle, margin - 6), name)
    half = margin + len(class_names) * _CELL // 2
    drawing.text(canvas, (half, 2), "predicted", _SIZE, anchor="ma")
    _upwards(canvas, (_SIZE // 2 + 2, half), "truth", centred=True)


def _upwards(canvas, bottom, words, centred=False):
    """Writes `words` from `bottom` (x, y) upwards; y is its middle if so."""
    width = drawing.text_width(words, _SIZE)
    strip = drawing.blank(width, _SIZE + 4)
    drawing.text(strip, (0, (_SIZE + 4) // 2), words, _SIZE, anchor="lm")
    turned = strip.transpose(Image.Transpose.ROTATE_90)
    x = bottom[0] - turned.width // 2
    y = bottom[1] - (turned.height // 2 if centred else turned.height)
    canvas.paste(turned, (x, y))
