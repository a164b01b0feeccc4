"""Images to the network's size, class maps back: always the same arithmetic.

Images go through Pillow's bicubic filter, columns first and then rows, as in
training and evaluation: newer versions of Pillow choose an order of their
own, and then their pixels differ from those of older ones. Class maps go back
by the nearest pixel in whole numbers: row i of H reads row
`(2 i + 1) h // (2 H)` of h. The browser page computes both to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

_BICUBIC: Any = Image.BICUBIC  # pyright: ignore[reportAttributeAccessIssue]
"""`Image.Resampling` came with Pillow 9.1."""


def resize_image(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns uint8 `(H, W, 3)` resized to `size` (H, W), bicubic."""
    height, width = size
    picture = Image.fromarray(np.ascontiguousarray(image))
    # A pass that changes nothing is left out.
    for new_size in ((width, picture.height), (width, height)):
        if picture.size != new_size:
            picture = picture.resize(new_size, _BICUBIC)
    return np.asarray(picture)


def resize_classes(classes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns ids `(H, W)` resized to `size` (H, W), nearest."""
    if classes.shape == tuple(size):
        return classes
    rows = nearest(size[0], classes.shape[0])
    columns = nearest(size[1], classes.shape[1])
    return classes[rows[:, None], columns]


def nearest(num_outputs: int, num_inputs: int) -> np.ndarray:
    """Returns which input each output reads, pixel centres aligned.

    Example:
        >>> nearest(4, 2).tolist()
        [0, 0, 1, 1]
    """
    outputs = np.arange(num_outputs, dtype=np.int64)
    return (2 * outputs + 1) * num_inputs // (2 * num_outputs)
