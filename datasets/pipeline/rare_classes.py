"""Draws source images for the rare classes that they show.

Rare-class sampling of DAFormer (Hoyer, Dai and Van Gool, CVPR 2022; arXiv
2111.14887): first a class is drawn, the rarer the likelier, then one of the
images that show it.

    f_c  = share of class c in the labelled pixels of the source
    P(c) = exp((1 - f_c) / T) / sum_k exp((1 - f_k) / T)

The paper has T = 0.01. Classes that no image shows are left out. As for
`sampling`, what comes at a position is a pure function of it: nothing has to
be remembered, and a resumed run meets the same images. Images come again at
any time here; there are no epochs.
"""

import numpy as np
import tensorflow as tf

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_range
from tf_advseg.datasets.pipeline.sampling import random

SMALLEST_SHARE = 3000 / (1052 * 1914)
"""An image shows a class if it has this share of the labelled pixels: the
3,000 pixels of a GTA5 image in DAFormer's program. A class that never does
is looked for in all images with any pixel of it."""


def class_probabilities(counts: np.ndarray, temperature: float) -> np.ndarray:
    """Returns P(c), float64 `(C,)`; 0 for classes without a pixel.

    Args:
        counts: Pixels of each class, `(C,)`.
        temperature: T > 0; the larger, the more alike.
    """
    present = counts > 0
    frequencies = counts / counts.sum()
    scores = (1.0 - frequencies) / temperature
    scores = np.exp(scores - scores[present].max())
    scores[~present] = 0.0
    return scores / scores.sum()


class RareClassSampler:
    """Which image of a split comes at which position.

    Args:
        counts: Pixels of each class in each image, integers `(N, C)`.
        temperature: T > 0.

    Attributes:
        probabilities: P(c), float64 `(C,)`.

    Raises:
        DataError: If no image has a labelled pixel.
        ValueError: If the temperature is not positive.
    """

    def __init__(self, counts: np.ndarray, temperature: float):
        check_range("temperature", temperature, low=1e-6)
        if not counts.any():
            raise DataError(
                "Rare classes cannot be drawn: no label has a labelled pixel."
            )
        self.probabilities = class_probabilities(counts.sum(0), temperature)
        images = [_images_with(column) for column in _shares(counts).T]
        # Arrays: tensors made here might lie on a GPU.
        self._images = np.concatenate(images).astype(np.int64)
        self._sizes = np.array([len(some) for some in images], np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        # The last class that can be drawn takes what rounding leaves.
        last = int(np.flatnonzero(self.probabilities)[-1])
        self._limits = np.cumsum(self.probabilities)
        self._limits[last:] = 1.0

    def __call__(self, position: tf.Tensor, order_seed: tf.Tensor) -> tf.Tensor:
        """Returns the index of the image at a position; see `draw`."""
        return self.draw(position, order_seed)[0]

    def draw(
        self, position: tf.Tensor, order_seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the image's index and the class it is drawn for, scalars.

        Args:
            position: int64 scalar, 0 for the first of the training.
            order_seed: `(2,)` int64.
        """
        draws = tf.random.stateless_uniform(
            (2,), random.fold_in(order_seed, position), dtype=tf.float64
        )
        drawn = tf.searchsorted(self._limits, draws[:1], side="right")[0]
        size = tf.gather(self._sizes, drawn)
        number = tf.cast(draws[1] * tf.cast(size, tf.float64), tf.int64)
        start = tf.gather(self._starts, drawn)
        number = start + tf.minimum(number, size - 1)
        return tf.gather(self._images, number), drawn


def _shares(counts: np.ndarray) -> np.ndarray:
    """Share of each class in each image's labelled pixels, `(N, C)`."""
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _images_with(shares: np.ndarray) -> np.ndarray:
    """Indices of the images that show a class, by its shares, `(N,)`."""
    enough = np.flatnonzero(shares >= SMALLEST_SHARE)
    return enough if enough.size else np.flatnonzero(shares)
