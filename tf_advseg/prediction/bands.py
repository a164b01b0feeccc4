"""Predictions of very large images, a band of rows at a time.

Scores of a photo of 49 megapixels and 19 classes take 3.7 GB, and softmaxes as
much again; the class map takes 49 MB. So logits stay at the network's
resolution, and scores are made for some rows, read, and forgotten.
"""

import numpy as np
import tensorflow as tf

from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.ensemble import Images
from tf_advseg.networks.image_ops import resize_rows_corners_aligned

WHOLE = 2**27
"""Scores (pixels times classes) of an image that is predicted at once: twice
Cityscapes' 2048 x 1024 with 19 classes is 80 million; 512 MB."""

BAND = 2**24
"""Scores of a band, unless a row alone has more."""


def is_too_large(ensemble: Ensemble, size: tuple[int, int]) -> bool:
    """Whether an output (H, W) is better predicted in bands."""
    return size[0] * size[1] * ensemble.num_classes > WHOLE


def predict_in_bands(
    ensemble: Ensemble,
    images: Images,
    size: tuple[int, int],
    with_entropy: bool,
    band: int = BAND,
) -> tuple[np.ndarray, np.ndarray | None]:
    """As `Ensemble.predict_classes_and_entropy`, in little memory.

    Args:
        ensemble: The segmenters.
        images: `(B, h, w, 3)`, RGB, 0-255.
        size: Output (H, W).
        with_entropy: Whether entropies are computed too.
        band: How many scores are had at once.

    Returns:
        Train ids, uint8 `(B, H, W)`, and entropies, float32 `(B, H, W)`.
    """
    logits = ensemble.logits(tf.convert_to_tensor(images, tf.float32))
    height, width = size
    shape = (len(images), height, width)
    classes = np.empty(shape, np.uint8)
    entropies = np.empty(shape, np.float32) if with_entropy else None
    rows = max(1, band // (len(images) * width * ensemble.num_classes))
    for first in range(0, height, rows):
        count = min(rows, height - first)
        scores = ensemble.combined(
            logits,
            size,
            lambda maps, size, first=first, count=count: (
                resize_rows_corners_aligned(maps, size, first, count)
            ),
        )
        part = np.s_[:, first : first + count]
        classes[part] = ensemble.arg_max(scores).numpy()
        if entropies is not None:
            entropies[part] = ensemble.entropy(scores).numpy()
    return classes, entropies
