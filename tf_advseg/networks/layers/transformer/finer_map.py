"""Maps of a finer resolution, without weights."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class FinerMap(keras.layers.Layer):
    """From `(B, H, W, C)` to `(B, F H, F W, C)`, bilinear by pixel centres.

    Keras' `UpSampling2D`, which cannot be traced with sizes that are unknown.

    Args:
        factor: F.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, factor: int, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        size = self.factor * tf.shape(inputs)[1:3]
        return tf.cast(tf.image.resize(inputs, size), inputs.dtype)

    def compute_output_shape(self, input_shape):
        batch, *size, channels = input_shape
        sides = (None if s is None else self.factor * s for s in size)
        return batch, *sides, channels

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
