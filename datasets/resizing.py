"""Resizes as the papers' programs do, with Pillow.

Images are resized BICUBIC, antialiased and rounded to uint8; labels NEAREST;
the aspect ratio is not kept (AdaptSegNet, ADVENT: `image.resize((w, h))`).
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
    if size is not None and picture.size != tuple(size[::-1]):
        picture = picture.resize(size[::-1], Image.Resampling.BICUBIC)
    return np.asarray(picture)


def resize_label(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns uint8 `(H, W)` resized to `size` (H, W), nearest."""
    if label.shape == tuple(size):
        return label
    picture = Image.fromarray(label)
    return np.asarray(picture.resize(size[::-1], Image.Resampling.NEAREST))
