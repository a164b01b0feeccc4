"""The key to a class map: a swatch and a name for each class."""

from collections.abc import Sequence

import numpy as np
from PIL import ImageDraw

from tf_advseg.pictures import drawing

_SIZE = 14  # of the letters, in pixels
_GAP = 8


def legend(
    class_names: Sequence[str],
    palette: Sequence[Sequence[int]],
    width: int = 640,
) -> np.ndarray:
    """Returns the classes' colours and names, flowing over lines.

    Args:
        class_names: One name a class.
        palette: One RGB colour (0-255) a class.
        width: Of the picture in pixels; widened for a very long name.

    Raises:
        ValueError: If there are not as many colours as names.
    """
    if len(class_names) != len(palette):
        raise ValueError(
            f"A legend needs one colour a class; received {len(class_names)} "
            f"names and {len(palette)} colours."
        )
    widths = [
        _SIZE + _GAP // 2 + drawing.text_width(name, _SIZE)
        for name in class_names
    ]
    width = max(width, max(widths) + 2 * _GAP)
    places = _flow(widths, width)
    line = _SIZE + _GAP
    canvas = drawing.blank(width, places[-1][1] + line)
    pen = ImageDraw.Draw(canvas)
    for name, colour, (x, y) in zip(class_names, palette, places, strict=True):
        box = (x, y, x + _SIZE - 1, y + _SIZE - 1)
        pen.rectangle(box, fill=tuple(colour), outline=drawing.INK)
        middle = (x + _SIZE + _GAP // 2, y + _SIZE // 2)
        drawing.text(canvas, middle, name, _SIZE, anchor="lm")
    return np.asarray(canvas)


def _flow(widths, width):
    """The place (x, y) of each item, left to right and then down."""
    places = []
    x, y = _GAP, _GAP
    for item in widths:
        if x + item > width - _GAP and x > _GAP:
            x, y = _GAP, y + _SIZE + _GAP
        places.append((x, y))
        x += item + 2 * _GAP
    return places
