"""Resizing of features to the size of an image, corners aligned."""

import keras
import tensorflow as tf

from tf_advseg.networks.image_ops import resize_corners_aligned


@keras.saving.register_keras_serializable(package="tf_advseg")
class CornersAlignedResize(keras.layers.Layer):
    """Resizes `(B, h, w, C)` features to the height and width of an image.

    Call it on `[features, images]`. The output is float32 also in mixed
    precision (float64 in a float64 model): losses and arg-max need it.

    Example:

    >>> features, images = tf.zeros((1, 9, 13, 3)), tf.zeros((1, 65, 97, 3))
    >>> CornersAlignedResize()([features, images]).shape
    TensorShape([1, 65, 97, 3])
    """

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)

    def call(self, inputs):
        features, images = inputs
        static_size = images.shape[1:3]
        if None in tuple(static_size):
            return resize_corners_aligned(features, tf.shape(images)[1:3])
        return resize_corners_aligned(features, tuple(static_size))

    def compute_output_spec(self, inputs):
        features, images = inputs
        shape = (features.shape[0], *images.shape[1:3], features.shape[-1])
        return keras.KerasTensor(shape, dtype=self.variable_dtype)
