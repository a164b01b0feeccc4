"""The leaky ReLU of the discriminators, exact in every precision."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class LeakyReLU(keras.layers.Layer):
    """`max(x, slope x)`, for slopes below 1.

    TensorFlow's own operation rounds its slope to float32 whatever its input;
    in float64 that alone sets a network apart from PyTorch's by 1e-8.

    Args:
        slope: Of negative inputs, at least 0 and below 1.
    """

    def __init__(self, slope: float, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, x):
        if x.dtype == tf.float64:
            return tf.maximum(x, self.slope * x)
        return tf.nn.leaky_relu(x, self.slope)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return super().get_config() | {"slope": self.slope}
