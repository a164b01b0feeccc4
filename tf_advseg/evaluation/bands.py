"""Predictions of very large images, a band of rows at a time.

Scores of a photo of 49 megapixels and 19 classes take 3.7 GB, and softmaxes as
much again; the class map takes 49 MB. So logits stay at the network's
resolution, and scores are made for some rows, read, and forgotten.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.evaluation import windows
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.ensemble import Images
from tf_advseg.networks.image_ops import resize_rows_corners_aligned

WHOLE = 2**27
"""Scores (pixels times classes) of an image that is predicted at once: twice
Cityscapes' 2048 x 1024 with 19 classes is 80 million; 512 MB."""

BAND = 2**24
"""Scores of a band, unless a row alone has more."""

CLASSES, ENTROPIES, CONFIDENCES = 1, 2, 3
"""How many of the three maps of `Ensemble.predict_all` are wanted."""


def is_too_large(ensemble: Ensemble, size: tuple[int, int]) -> bool:
    """Whether an output (H, W) is better predicted in bands."""
    return size[0] * size[1] * ensemble.num_classes > WHOLE


def predict(
    ensemble: Ensemble, images: Images, size: tuple[int, int], maps: int
) -> tuple[np.ndarray, ...]:
    """Predicts images of any size in bounded memory.

    Args:
        ensemble: The segmenters.
        images: `(B, h, w, 3)`, RGB, 0-255.
        size: Output (H, W).
        maps: `CLASSES`, `ENTROPIES` or `CONFIDENCES`: up to which.

    Returns:
        Train ids, uint8 `(B, H, W)`, then entropies and confidences, float32
        `(B, H, W)`, as far as they are wanted.
    """
    if windows.slides_over(ensemble, images) or is_too_large(ensemble, size):
        return in_bands(ensemble, images, size, maps)
    if maps == CLASSES:
        return (ensemble.predict_classes(images, size).numpy(),)
    if maps == ENTROPIES:
        found = ensemble.predict_classes_and_entropy(images, size)
    else:
        found = ensemble.predict_all(images, size)
    return tuple(one.numpy() for one in found)


def in_bands(
    ensemble: Ensemble,
    images: Images,
    size: tuple[int, int],
    maps: int,
    band: int = BAND,
) -> tuple[np.ndarray, ...]:
    """As `predict`, in bands of rows in any case.

    Args:
        ensemble: As in `predict`.
        images: The same.
        size: The same.
        maps: The same.
        band: How many scores are had at once.
    """
    logits: Sequence[Any]
    slides = windows.slides_over(ensemble, images)
    if slides:
        logits = windows.sliding(ensemble, images)
    else:
        logits = ensemble.compiled_logits(images)
    height, width = size
    shape = (len(images), height, width)
    found = tuple(
        np.empty(shape, kind)
        for kind in (np.uint8, np.float32, np.float32)[:maps]
    )
    rows = max(1, band // (len(images) * width * ensemble.num_classes))
    for first in range(0, height, rows):
        count = min(rows, height - first)
        scores = ensemble.combined(
            logits,
            size,
            lambda maps, size, first=first, count=count: (
                maps[1].logits(maps[0], size, first, count)
                if slides
                else resize_rows_corners_aligned(maps, size, first, count)
            ),
        )
        reads = (ensemble.arg_max, ensemble.entropy, ensemble.confidence)
        for whole, read in zip(found, reads, strict=False):
            whole[:, first : first + count] = read(scores).numpy()
    return found
