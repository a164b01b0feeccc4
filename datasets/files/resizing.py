"""Resizes as the papers' programs do, with Pillow.

Images are resized BICUBIC, antialiased and rounded to uint8; labels NEAREST;
the aspect ratio is not kept (AdaptSegNet, ADVENT: `image.resize((w, h))`).

Between its two passes Pillow rounds to uint8, so their order shows in the
pixels. Up to version 11 columns came first, always; version 13 was seen to
begin with the rows where that is quicker. Here columns come first in every
version: the pixels are those of the papers' programs, of every device that
runs the edge runner with an older Pillow, and of the page in the browser.
"""

import numpy as np
from PIL import Image


def resize_image(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns uint8 `(H, W, 3)` resized to `size` (H, W), bicubic."""
    if image.shape[:2] == tuple(size):
        return image
    return resize_picture(Image.fromarray(image), size)


def resize_picture(
    picture: Image.Image, size: tuple[int, int] | None
) -> np.ndarray:
    """As `resize_image`, of a Pillow RGB picture; None keeps its size."""
    if size is not None:
        height, width = size
        # A pass that changes nothing is left out.
        for new_size in ((width, picture.height), (width, height)):
            if picture.size != new_size:
                picture = picture.resize(new_size, Image.Resampling.BICUBIC)
    return np.asarray(picture)


def resize_label(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns uint8 `(H, W)` resized to `size` (H, W), nearest."""
    if label.shape == tuple(size):
        return label
    picture = Image.fromarray(label)
    height, width = size
    return np.asarray(picture.resize((width, height), Image.Resampling.NEAREST))
