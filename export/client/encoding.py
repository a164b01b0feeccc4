"""Turns image files into what is sent to a model server.

A JPEG or PNG goes as the file it is, which is small; but only where the
server would see in it what `tf_advseg predict` sees: colours in RGB, no
rotation noted by the camera. All else goes as a PNG of the upright pixels.
"""

import dataclasses
import io
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.files.image_files import read_rgb
from tf_advseg.datasets.files.orientation import orientation_of
from tf_advseg.datasets.files.picture_modes import FORMATS
from tf_advseg.prediction.inputs import InputFile

SERVER_READS = ("JPEG", "PNG")


@dataclasses.dataclass(frozen=True, eq=False)
class EncodedImage:
    """An image as it is sent, and as it is drawn on.

    Args:
        name: Of its outputs, without a suffix.
        data: A JPEG or PNG file's bytes.
        image: uint8 `(H, W, 3)`, RGB, upright.
    """

    name: str
    data: bytes
    image: np.ndarray


def encode(file: InputFile, exact: bool, max_bytes: int) -> EncodedImage:
    """Reads an image file and prepares it for sending.

    Args:
        file: The file.
        exact: Whether to send pixels as a PNG even of a JPEG, so that the
            server's JPEG decoder has no say.
        max_bytes: The largest request that is sent.

    Raises:
        DataError: If the image cannot be read, or is too large to send.
    """
    image = read_rgb(file.path)
    if not exact and _can_go_as_it_is(file.path):
        data = file.path.read_bytes()
    else:
        data = png_bytes(image)
    if len(data) > max_bytes:
        raise DataError(
            f"{str(file.path)!r} would be sent as {len(data)} bytes; at most "
            f"{max_bytes} are allowed: raise --max_request_mb, or scale it "
            "down."
        )
    return EncodedImage(file.name, data, image)


def png_bytes(image: np.ndarray) -> bytes:
    """Returns uint8 `(H, W, 3)` or `(H, W)` as a PNG file's bytes."""
    stream = io.BytesIO()
    # Level 1: a network is faster than zlib's last per cent.
    Image.fromarray(image).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _can_go_as_it_is(path: Path) -> bool:
    with Image.open(path, formats=FORMATS) as picture:
        readable = picture.format in SERVER_READS and picture.mode == "RGB"
        return readable and orientation_of(picture) == 1
