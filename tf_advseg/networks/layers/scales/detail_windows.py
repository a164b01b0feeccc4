"""Images made smaller, and cut into windows that go through a network like
images.

Pixels keep float32 in mixed precision: half of it would round them.
"""

from typing import Any

import keras
import tensorflow as tf

from tf_advseg.networks.image_ops import Size
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.layers.scales.windows import Windows


def size_of(images: tf.Tensor) -> Size:
    """(H, W): integers where they are known, else tensors."""
    known, found = images.shape[1:3], tf.shape(images)[1:3]
    height, width = (
        found[axis] if length is None else length
        for axis, length in enumerate(known)
    )
    return height, width


def length_of(vector: tf.Tensor) -> Any:
    """Of `(n,)`: an integer where it is known, else a tensor."""
    return tf.shape(vector)[0] if vector.shape[0] is None else vector.shape[0]


@keras.saving.register_keras_serializable(package="tf_advseg")
class WholeUnits(keras.layers.Layer):
    """Resizes images `(B, H, W, 3)` to the next multiples of a unit.

    Those whose sides are multiples stay what they are.

    Args:
        unit: In pixels.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, unit: int, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.unit = unit

    def call(self, images):
        height, width = size_of(images)
        if self._whole(height) is height and self._whole(width) is width:
            return images
        return resize_corners_aligned(
            images, (self._whole(height), self._whole(width))
        )

    def _whole(self, length):
        if isinstance(length, int) and length % self.unit == 0:
            return length
        return -(-length // self.unit) * self.unit

    def compute_output_spec(self, images):
        sides = (n if n is None else self._whole(n) for n in images.shape[1:3])
        shape = (images.shape[0], *sides, images.shape[-1])
        return keras.KerasTensor(shape, dtype=self.variable_dtype)

    def get_config(self):
        return {**super().get_config(), "unit": self.unit}


def smaller(images: tf.Tensor, scale: int) -> tf.Tensor:
    """Images of `(B, H / scale, W / scale, 3)`: means of squares of pixels."""
    return tf.nn.avg_pool2d(images, scale, scale, "VALID")


@keras.saving.register_keras_serializable(package="tf_advseg")
class SmallImages(keras.layers.Layer):
    """`smaller` as a layer.

    Args:
        scale: How many times.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, scale: int, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.scale = scale

    def call(self, images):
        return smaller(images, self.scale)

    def compute_output_spec(self, images):
        sides = (n if n is None else n // self.scale for n in images.shape[1:3])
        shape = (images.shape[0], *sides, images.shape[-1])
        return keras.KerasTensor(shape, dtype=images.dtype)

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable(package="tf_advseg")
class DetailWindows(keras.layers.Layer):
    """Windows of images: `(B, H, W, 3)` to `(B n m, h, w, 3)`.

    The windows of an image follow one another, row by row.

    Args:
        size: (h, w) of a window, see `Windows`.
        unit: The same.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, size, unit: int, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.windows = Windows((size[0], size[1]), unit)

    def call(self, images, training=False):
        whole = size_of(images)
        height, width = self.windows.within(whole)
        rows, columns = self.windows.starts(whole, training)
        n, m = length_of(rows), length_of(columns)
        rows = tf.reshape(rows[:, None] + tf.range(height), (-1,))
        columns = tf.reshape(columns[:, None] + tf.range(width), (-1,))
        seen = tf.gather(tf.gather(images, rows, axis=1), columns, axis=2)
        channels = images.shape[-1]
        seen = tf.reshape(seen, (-1, n, height, m, width * channels))
        seen = tf.transpose(seen, (0, 1, 3, 2, 4))
        return tf.reshape(seen, (-1, height, width, channels))

    def compute_output_spec(self, images, training=False):
        sides = (
            None if length is None else min(side, length)
            for side, length in zip(
                self.windows.size, images.shape[1:3], strict=True
            )
        )
        shape = (None, *sides, images.shape[-1])
        return keras.KerasTensor(shape, dtype=images.dtype)

    def get_config(self):
        windows = self.windows
        return {
            **super().get_config(),
            "size": list(windows.size),
            "unit": windows.unit,
        }
