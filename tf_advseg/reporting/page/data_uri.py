"""Pictures inside the page: small JPEG and PNG files as data URIs."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from tf_advseg.pictures import palette_table

LARGEST_SIDE = 512
_QUALITY = 80


def shrunk_size(height: int, width: int) -> tuple[int, int]:
    """Returns (height, width) of at most `LARGEST_SIDE`, the shape kept.

    >>> shrunk_size(1024, 2048)
    (256, 512)
    """
    scale = min(1.0, LARGEST_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def photo_uri(picture: np.ndarray) -> str:
    """Returns uint8 `(H, W, 3)` as a JPEG."""
    image = Image.fromarray(picture)
    # Colours of thin classes must not bleed: no subsampling of chroma.
    return _uri(image, "jpeg", quality=_QUALITY, subsampling=0, optimize=True)


def class_map_uri(
    class_map: np.ndarray, palette: Sequence[Sequence[int]]
) -> str:
    """Returns train ids `(H, W)` in their colours, as a PNG."""
    image = Image.fromarray(np.asarray(class_map, np.uint8))
    image.putpalette(palette_table(palette).tobytes())
    return _uri(image, "png", optimize=True)


def _uri(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    text = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f"data:image/{kind};base64,{text}"
