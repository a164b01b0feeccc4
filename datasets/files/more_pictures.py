"""Files that hold more pictures than the one that is read.

Of an animated GIF, PNG or WebP, and of a TIFF of several pages, the first
picture is read. What is left out is said.
"""

import logging
from typing import Any

from PIL.ImageFile import ImageFile

_FORMATS = ("GIF", "PNG", "TIFF", "WEBP")
"""Not MPO: beside its picture, a camera stores a preview or a depth map."""

_MOST_SAID = 20
_logger = logging.getLogger(__name__)
_said: set[str] = set()


def num_pictures(picture: ImageFile) -> int:
    """Returns how many pictures an opened file holds; 1 if it cannot tell."""
    if picture.format not in _FORMATS:
        return 1
    try:
        return getattr(picture, "n_frames", 1)
    except Exception:  # A later picture is damaged; reading is of the first.
        return 1


def say_left_out(place: Any, picture: ImageFile) -> None:
    """Warns, once a file and for the first few, of pictures left out."""
    number = num_pictures(picture)
    name = str(place)
    if number < 2 or name in _said or len(_said) >= _MOST_SAID:
        return
    _said.add(name)
    more = "" if len(_said) < _MOST_SAID else " Further files are not named."
    _logger.warning(
        "%r holds %d pictures (animation or pages): the first is read, %d are "
        "left out.%s",
        name,
        number,
        number - 1,
        more,
    )
