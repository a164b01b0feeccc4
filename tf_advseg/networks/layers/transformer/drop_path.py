"""Stochastic depth: whole branches are left out, image by image.

Huang et al., "Deep Networks with Stochastic Depth" (2016).
"""

from typing import Any

import keras
import tensorflow as tf

from tf_advseg.base.checks import check_range


@keras.saving.register_keras_serializable(package="tf_advseg")
class DropPath(keras.layers.Layer):
    """In training each image's branch is 0 with probability `rate`.

    What is kept is divided by `1 - rate`, so that the mean stays.

    Args:
        rate: From 0 up to, and not including, 1.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, rate: float, **kwargs):
        super().__init__(**kwargs)
        check_range("rate", rate, 0, 0.999)
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs, training=False):
        if not training or not self.rate:
            return inputs
        shape = (tf.shape(inputs)[0], *[1] * (len(inputs.shape) - 1))
        drawn: Any = keras.random.uniform(shape, seed=self.seed_generator)
        kept = tf.cast(drawn >= self.rate, inputs.dtype)
        return inputs * kept / (1 - self.rate)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "rate": self.rate}
