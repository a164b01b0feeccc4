"""MaxSquare: maximum squares loss (Chen, Xue and Cai, arXiv 1909.13589).

    target_loss = -1/2 mean over images of
                  sum_n sum_c P_nc^2 / (N_c^alpha N^(1 - alpha))

P = softmax(S(x_t)); N: pixels of the image; N_c: those whose likeliest class
is c. Entropy's gradient grows without bound as a pixel becomes sure, so that
easy pixels rule; that of a square grows linearly. The weights (the paper's
image-wise weighting) lift the classes of which an image shows little.
"""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.methods.method import Method
from tf_advseg.methods.method import level_weights


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class MaxSquare(Method):
    """Maximises the squared probabilities of target predictions.

    The paper also teaches the shallow level by the deep one's sure pixels;
    that is left out (BUILD_NOTES.md).

    Args:
        alpha: 0 weighs all pixels alike, 1 all classes; 0.2 in the paper.
    """

    name: ClassVar[str] = "maxsquare"
    needs_source: ClassVar[bool] = False
    scales_target_weights: ClassVar[bool] = False

    target_weights: Mapping[str, float] = level_weights(main=0.1)
    alpha: float = 0.2

    def __post_init__(self):
        super().__post_init__()
        checks.check_range(f"{self.name} alpha", self.alpha, 0.0, 1.0)

    def target_loss(self, logits: tf.Tensor) -> tf.Tensor:
        return maximum_squares(logits, self.alpha)


def maximum_squares(logits: tf.Tensor, alpha: float) -> tf.Tensor:
    """The loss above; a class that no pixel predicts counts as one pixel.

    Args:
        logits: `(B, H, W, C)`.
        alpha: In [0, 1]; 0 is the plain loss, between -1/2 and -1/(2 C).

    Returns:
        A scalar, the mean over images.
    """
    squares = tf.reduce_sum(tf.square(tf.nn.softmax(logits)), axis=(1, 2))
    predicted = tf.one_hot(
        tf.argmax(logits, axis=-1), logits.shape[-1], dtype=logits.dtype
    )
    counts = tf.reduce_sum(predicted, axis=(1, 2))
    num_pixels = tf.reduce_sum(counts, axis=-1, keepdims=True)
    weights = tf.maximum(counts, 1.0) ** -alpha * num_pixels ** (alpha - 1.0)
    return -0.5 * tf.reduce_mean(tf.reduce_sum(weights * squares, axis=-1))
