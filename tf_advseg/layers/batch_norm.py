"""Batch normalisation in the three forms that adaptation needs.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta

"reference" is what the official programs do. Their networks are in training
mode with gamma and beta excluded from the gradient: each forward pass is
normalised by the statistics of its own batch and moves the running ones, on
source and target images alike. (Keras' `trainable = False` on its own layer
would use the running statistics instead, and give another network.)
"""

import keras
import tensorflow as tf

from tf_advseg.checks import check_choice

MODES = ("reference", "frozen", "trainable")


@keras.saving.register_keras_serializable(package="tf_advseg")
class BatchNorm(keras.layers.Layer):
    """Normalises `(B, H, W, C)` features over batch and space.

    Under a distribution strategy each replica normalises by its own part of
    the batch, and the moving statistics are the mean over the replicas.

    Args:
        mode: "reference": batch statistics in training, moving statistics
            (unbiased variance) updated by every training pass, gamma and
            beta fixed; "trainable": the same with gamma and beta learned;
            "frozen": moving statistics always, nothing changes.
        momentum: Share of the old moving statistics that an update keeps
            (PyTorch's momentum is one minus this).
        epsilon: Added to the variance.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(
        self,
        mode: str = "reference",
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        **kwargs,
    ):
        # Mixed precision: the input keeps its type and the statistics are
        # computed in float32.
        super().__init__(autocast=False, **kwargs)
        self.mode = check_choice("batch-norm mode", mode, MODES)
        self.momentum = momentum
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape):
        learned = self.mode == "trainable"
        self.gamma = self._add_vector("gamma", "ones", learned)
        self.beta = self._add_vector("beta", "zeros", learned)
        self.moving_mean = self._add_vector("moving_mean", "zeros", False)
        self.moving_variance = self._add_vector(
            "moving_variance", "ones", False
        )

    def _add_vector(self, name, initializer, trainable):
        return self.add_weight(
            name=name,
            shape=(self._num_channels(),),
            initializer=initializer,
            trainable=trainable,
            autocast=False,
            aggregation="mean",
        )
