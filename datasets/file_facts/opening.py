"""Reads a file's bytes once; says in one sentence why they are no picture."""

import hashlib
import io
import os
import warnings
from collections.abc import Callable
from typing import Any

from PIL import Image
from PIL.ImageFile import ImageFile

from tf_advseg.datasets.file_facts.facts import Problem
from tf_advseg.datasets.files.more_pictures import num_pictures
from tf_advseg.datasets.files.orientation import orientation_of
from tf_advseg.datasets.files.picture_modes import FORMATS
from tf_advseg.datasets.files.picture_modes import has_16_bits

LARGEST_FILE = 2**30
"""A picture file of more bytes than this is not read into memory."""


class Unusable(Exception):
    """Carries a `Problem` out of the middle of a read."""

    def __init__(self, kind: str, sentence: str):
        super().__init__(sentence)
        self.problem = Problem(kind, sentence)


def look(
    place: Any, measure: Callable[[ImageFile, bytes, int], dict[str, Any]]
) -> dict[str, Any]:
    """Opens a picture file once; what goes wrong becomes its `problem`.

    Args:
        place: A path as text, or an object with `read_bytes()` (a file in an
            archive).
        measure: From the picture, its file's bytes and its orientation to
            more fields; may raise `Unusable`.

    Returns:
        The fields of `FileFacts` that are known, and those measured.
    """
    path = str(place)
    known: dict[str, Any] = {"path": path}
    try:
        data, mtime_ns = (
            _read_file(path)
            if isinstance(place, str)
            else (place.read_bytes(), 0)
        )
        known |= {
            "num_bytes": len(data),
            "mtime_ns": mtime_ns,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        picture = _open_picture(path, data)
        known |= _header(picture)
        known |= measure(picture, data, known["orientation"])
    except Unusable as unusable:
        known["problem"] = unusable.problem
    except Exception as error:  # Decoders raise all kinds.
        text = " ".join(str(error).split()) or type(error).__name__
        sentence = f"{path!r} cannot be decoded: {text}."
        known["problem"] = Problem("corrupt", sentence)
    return known


def _read_file(path: str) -> tuple[bytes, int]:
    try:
        status = os.stat(path)
        if status.st_size > LARGEST_FILE:
            raise Unusable(
                "too_large",
                f"{path!r} has {status.st_size} bytes; no picture should have "
                f"more than {LARGEST_FILE}.",
            )
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        link = "is a link to a file that " if os.path.islink(path) else ""
        raise Unusable("missing", f"{path!r} {link}does not exist.") from None
    except OSError as error:
        raise Unusable(
            "unreadable", f"{path!r} cannot be read: {error.strerror}."
        ) from None
    return data, status.st_mtime_ns


def _open_picture(path: str, data: bytes) -> ImageFile:
    """Opens a picture without decoding its pixels."""
    if not data:
        raise Unusable("empty", f"{path!r} is empty (0 bytes).")
    try:
        with warnings.catch_warnings():
            # Its size is checked below, by the rule that reading follows.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.UnidentifiedImageError:
        raise Unusable(
            "no_image", f"{path!r} is not an image of a known format."
        ) from None
    except Image.DecompressionBombError:
        raise Unusable("too_large", _bomb(path, "too many")) from None
    width, height = picture.size
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and width * height > limit:
        raise Unusable("too_large", _bomb(path, f"{height} x {width}"))
    return picture


def _header(picture: ImageFile) -> dict[str, Any]:
    """The fields of `FileFacts` known before decoding."""
    orientation = orientation_of(picture)
    return {
        "format": picture.format or "",
        "mode": picture.mode,
        "is_deep": has_16_bits(picture) or picture.mode[0] in "IF",
        "stored_size": picture.size[::-1],
        "orientation": orientation,
        "num_pictures": num_pictures(picture),
    }


def _bomb(path: str, amount: str) -> str:
    return (
        f"{path!r} has {amount} pixels; expected at most "
        f"{Image.MAX_IMAGE_PIXELS} (a decompression bomb, or to be cut into "
        "pieces)."
    )
