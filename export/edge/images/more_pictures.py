"""Says that of an animated file, or one of several pages, one is read."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from PIL import Image

_FORMATS = ("GIF", "PNG", "TIFF", "WEBP")


def say_left_out(path: Path) -> None:
    """Counts the pictures of a file beyond the first, on standard error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Reading has a say of its own.
            with Image.open(path, formats=_FORMATS) as picture:
                number = getattr(picture, "n_frames", 1)
    except Exception:  # Whatever is wrong, reading the first picture says it.
        return
    if number > 1:
        print(
            f"{str(path)!r} holds {number} pictures: the first is read, "
            f"{number - 1} are left out.",
            file=sys.stderr,
        )
