"""What an exporter needs of a predictor; `networks.ensemble.Ensemble` is one.

Artefacts call the same methods that evaluation and prediction call, so the
order of resizing, summing and arg-max exists once in the package.

Letters: B images, (h, w) size of the logits, (H, W) output size, C classes.
"""

from typing import Protocol

import tensorflow as tf

from tf_advseg.networks.image_ops import Size

SMALLEST_PROBABILITY = 1e-30
"""Probabilities below count as this one in p log p, whose limit at 0 is 0.
Not an epsilon that is added: every other probability keeps its value."""


class Predictor(Protocol):
    """From images to scores, in TensorFlow operations.

    Attributes:
        num_classes: C.
        sums_probabilities: Whether scores are probabilities; logits else.
        variables: Of all networks, as `tf.Variable`.
    """

    num_classes: int

    @property
    def sums_probabilities(self) -> bool: ...

    @property
    def variables(self) -> list[tf.Variable]: ...

    def logits(self, images: tf.Tensor) -> list[tf.Tensor]:
        """From float images `(B, ., ., 3)` to each network's `(B, h, w, C)`."""
        ...

    def stages(self, images: tf.Tensor, size: Size) -> dict[str, tf.Tensor]:
        """What is computed on the way to the scores, by name."""
        ...

    def combined(self, logits: list[tf.Tensor], size: Size) -> tf.Tensor:
        """Resizes logits to `size`, sums: scores `(B, H, W, C)`."""
        ...

    def probabilities(self, scores: tf.Tensor) -> tf.Tensor:
        """From scores to probabilities."""
        ...

    def arg_max(self, scores: tf.Tensor) -> tf.Tensor:
        """From scores to train ids, uint8 `(B, H, W)`."""
        ...

    def entropy(self, scores: tf.Tensor) -> tf.Tensor:
        """From scores to normalised entropies (0-1) `(B, H, W)`."""
        ...
