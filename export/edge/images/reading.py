"""Decodes images as training does, or says in one sentence why not.

Greyscale and palette images become RGB, alpha is dropped, the orientation
that cameras note (EXIF, or else XMP) is
applied; more than 8 bits a channel are refused.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from ..errors import EdgeError

_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
"""Pillow knows more, some of which start other programs."""

_MODES = ("RGB", "RGBA", "RGBX", "L", "LA", "La", "P", "PA", "1", "CMYK")
_MODES += ("YCbCr", "LAB", "HSV", "RGBa")
_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_rgb(source: str | Path | bytes, name: str) -> np.ndarray:
    """Returns an image as uint8 `(H, W, 3)`, upright.

    Args:
        source: A file, or its bytes.
        name: What messages call it.

    Raises:
        EdgeError: If it cannot be read, is too large, or has more than 8
            bits a channel.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        # The size is checked below; Pillow's warning would come on top.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=_FORMATS) as picture:
                return _upright(picture, name)
    except EdgeError:
        raise
    except Image.DecompressionBombError:
        raise EdgeError(_too_large(name, "too many")) from None
    # Decoders raise whatever a broken file makes them stumble over
    # (SyntaxError, struct.error, IndexError, ...), not only OSError.
    except Exception as error:
        raise EdgeError(_unreadable(source, name, error)) from error


def _upright(picture, name):
    width, height = picture.size
    if width * height > (Image.MAX_IMAGE_PIXELS or width * height):
        raise EdgeError(_too_large(name, f"{height} x {width}"))
    if picture.mode not in _MODES or _has_16_bits(picture):
        raise EdgeError(
            f"Image {name!r} has more than 8 bits a channel (mode "
            f"{picture.mode}); convert it to 8 bits a channel first."
        )
    turn = _TURNS.get(_orientation(picture))
    picture = picture if turn is None else picture.transpose(turn)
    return np.array(picture.convert("RGB"))


def _orientation(picture):
    """What EXIF or XMP notes of a camera's turn; 1 is upright.

    In a PNG the note may stand behind the pixels; a TIFF's pixels come
    upright; a damaged note says nothing.
    """
    if picture.format == "TIFF":
        return 1
    if picture.format == "PNG":
        picture.load()
    try:
        value = picture.getexif().get(_TAG, 1)
    except Exception:  # Damaged notes make the reader stumble in many ways.
        return 1
    return value if type(value) is int else 1


def _has_16_bits(picture):
    """Whether Pillow would quietly drop the lower 8 of 16 bits."""
    arguments = [tile[3] for tile in picture.tile]
    modes = [a if isinstance(a, str) else str(a[0]) for a in arguments if a]
    return any(";16" in mode for mode in modes)


def _too_large(name, amount):
    return (
        f"{name!r} has {amount} pixels; expected at most "
        f"{Image.MAX_IMAGE_PIXELS}: scale it down or cut it into pieces."
    )


def _unreadable(source, name, error):
    if isinstance(source, bytes):
        empty = not source
    else:
        path = Path(source)
        if not path.is_file():
            return f"{name!r} does not exist or is not a file."
        empty = path.stat().st_size == 0
    if empty:
        return f"{name!r} is empty (0 bytes)."
    if isinstance(error, Image.UnidentifiedImageError):
        return f"{name!r} is not an image of a known format."
    return f"{name!r} cannot be decoded: {str(error).rstrip('.')}."
