"""Group normalisation in operations that devices have.

Wu and He, "Group Normalization" (2018): for each image, channels in groups,

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta

with the mean and variance over the image's space and the group's channels.
Nothing depends on the batch, and nothing is remembered from training.
"""

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class GroupNorm(keras.layers.Layer):
    """Normalises `(B, H, W, C)` features, image by image.

    Keras' own layer takes maps of five axes apart, which TFLite's kernels do
    slowly and accelerators not at all. Here maps keep their four axes, and
    what an 8-bit export quantises, convolutions and additions, is avoided.

    Args:
        groups: Of channels; must divide their number.
        epsilon: Added to the variance.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, groups: int, epsilon: float = 1e-5, **kwargs):
        # In mixed precision the statistics are computed in float32.
        super().__init__(autocast=False, **kwargs)
        self.groups = groups
        self.epsilon = epsilon
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        channels = input_shape[-1]
        if channels is None or channels % self.groups:
            raise ValueError(
                f"GroupNorm needs a multiple of {self.groups} channels; "
                f"received inputs of shape {tuple(input_shape)}."
            )
        vector = {"shape": (channels,), "autocast": False}
        self.gamma = self.add_weight(name="gamma", initializer="ones", **vector)
        self.beta = self.add_weight(name="beta", initializer="zeros", **vector)

    def call(self, inputs):
        x = tf.cast(inputs, self.variable_dtype)
        mean = self._over_groups(tf.reduce_mean(x, axis=(1, 2)))
        spread = tf.math.squared_difference(x, mean)
        variance = self._over_groups(tf.reduce_mean(spread, axis=(1, 2)))
        # Two subtractions: 8-bit exports quantise additions.
        scale = self.gamma * tf.math.rsqrt(variance - -self.epsilon)
        outputs = x * scale - (mean * scale - self.beta)
        return tf.cast(outputs, self.compute_dtype)

    def _over_groups(self, values):
        """The mean over each group for each channel, `(B, C)` to
        `(B, 1, 1, C)`."""
        channels = values.shape[-1]
        group = np.arange(channels) * self.groups // channels
        share = (group[:, None] == group) * (self.groups / channels)
        means = tf.matmul(values, tf.constant(share, values.dtype))
        return tf.reshape(means, (-1, 1, 1, channels))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "groups": self.groups,
            "epsilon": self.epsilon,
        }
