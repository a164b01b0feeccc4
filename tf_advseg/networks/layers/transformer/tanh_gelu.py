"""GELU as the tanh of a cubic, which devices know."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class TanhGELU(keras.layers.Layer):
    """y = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).

    Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016), section 2.
    Keras' layer of that name computes the error function.
    """

    def call(self, inputs):
        return tf.nn.gelu(inputs, approximate=True)

    def compute_output_shape(self, input_shape):
        return input_shape
