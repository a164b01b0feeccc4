"""The max-pooling of the Caffe ResNet: 3x3, stride 2, rounding up."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class CeilModeMaxPooling2D(keras.layers.Layer):
    """Max-pools 3x3 windows with stride 2, padding 1 and sizes rounded up.

    An input of n rows gives `ceil((n - 1) / 2) + 1` rows; this is what makes
    the logits of a 512x1024 image 65x129 and not 64x128.

    The padding is zeros: the layer is for features >= 0 (after a ReLU), where
    this equals padding with minus infinity and suits 8-bit numbers better.
    """

    def call(self, features):
        # One row above; below, one row and one more for the rounding up. For
        # odd sizes no window reaches the last row.
        padded = tf.pad(features, [[0, 0], [1, 2], [1, 2], [0, 0]])
        return tf.nn.max_pool2d(padded, ksize=3, strides=2, padding="VALID")

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, _pooled(height), _pooled(width), channels)


def _pooled(size: int | None) -> int | None:
    return None if size is None else size // 2 + 1
