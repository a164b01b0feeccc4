"""The whole image seen coarsely and windows of it seen finely, as one map."""

from typing import Any

import keras
import tensorflow as tf

from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.layers.scales.detail_windows import size_of
from tf_advseg.networks.layers.scales.windows import Windows


@keras.saving.register_keras_serializable(package="tf_advseg")
class ScaleFusion(keras.layers.Layer):
    """Fuses logits of two scales by an attention to each class.

        a = sigmoid(attention) within the windows, 0 elsewhere
        y = up((1 - a) * context) + up(a) * mean of the windows' logits

    (Hoyer et al., arXiv 2204.13132.) `up` is bilinear, by `scale`; where
    windows overlap, their mean is taken.

    Call it on `[context, attention, details, images]`: logits of the images
    made `scale` times smaller, `(B, ., ., C)` both, logits `(B n m, ., ., C)`
    of their windows, and the images `(B, H, W, 3)` that `DetailWindows` cut.
    The output is float32 `(B, H / stride, W / stride, C)`, with a stride of
    unit / scale.

    Args:
        size: See `DetailWindows`.
        unit: The same; a multiple of the scale.
        scale: How many times smaller the images are that are seen as a whole.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, size, unit: int, scale: int, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.windows = Windows((size[0], size[1]), unit)
        self.scale = scale
        self.stride = unit // scale

    def call(self, inputs, training=False):
        context, attention, details, images = inputs
        whole = size_of(images)
        coarse = [length // self.windows.unit for length in whole]
        fine = [length // self.stride for length in whole]
        within = self.windows.within(whole)
        starts = self.windows.starts(whole, training)
        axes = list(zip(starts, within, fine, strict=True))
        down, across = (self._placing(*axis) for axis in axes)
        context = resize_corners_aligned(context, coarse)
        attention = tf.sigmoid(tf.cast(attention, context.dtype))
        attention = resize_corners_aligned(attention, coarse)
        # A row of cells is seen or not: each coarse one is `scale` fine ones.
        seen_rows, seen_columns = (
            tf.reduce_sum(placing, axis=1)[:: self.scale]
            for placing in (down, across)
        )
        seen = seen_rows[:, None] * seen_columns
        attention *= tf.cast(seen, attention.dtype)[:, :, None]
        details = resize_corners_aligned(
            details, [length // self.stride for length in within]
        )
        details = self._placed(details, down, across, context.shape[-1])
        return self._up((1 - attention) * context, fine) + (
            self._up(attention, fine) * details
        )

    def _placing(self, starts, side, length):
        """`(length, n * side)`, cells: a mean over what covers each row, or
        column; 0 where nothing does."""
        cells = (starts // self.stride)[:, None] + tf.range(side // self.stride)
        cells = tf.reshape(cells, (-1,))
        covers = tf.cast(tf.range(length)[:, None] == cells, tf.float32)
        counts = tf.reduce_sum(covers, axis=1, keepdims=True)
        return covers / tf.maximum(counts, 1.0)

    def _placed(self, details, down, across, channels):
        """Windows' logits `(B n m, i, j, C)` where they belong, `(B, H', W',
        C)`."""
        dtype: Any = details.dtype
        i, j = size_of(details)
        height, rows = size_of(down[None])
        _, columns = size_of(across[None])
        n, m = rows // i, columns // j
        x = tf.reshape(details, (-1, n, m, i, j * channels))
        x = tf.transpose(x, (0, 2, 1, 3, 4))
        x = tf.reshape(x, (-1, m, rows, j * channels))
        x = tf.matmul(tf.cast(down, dtype), x)
        x = tf.transpose(x, (0, 2, 1, 3))
        x = tf.reshape(x, (-1, height, columns, channels))
        return tf.matmul(tf.cast(across, dtype), x)

    def _up(self, maps, size):
        # Cells are blocks of pixels here: corners apart, unlike elsewhere.
        large = tf.raw_ops.ResizeBilinear(
            images=tf.cast(maps, tf.float32),
            size=tf.cast(tf.convert_to_tensor(size), tf.int32),
            align_corners=False,
            half_pixel_centers=True,
        )
        return tf.cast(large, maps.dtype)

    def compute_output_spec(self, inputs, training=False):
        context, _, _, images = inputs
        sides = (
            n if n is None else n // self.stride for n in images.shape[1:3]
        )
        shape = (images.shape[0], *sides, context.shape[-1])
        return keras.KerasTensor(shape, dtype=self.variable_dtype)

    def get_config(self):
        return {
            **super().get_config(),
            "size": list(self.windows.size),
            "unit": self.windows.unit,
            "scale": self.scale,
        }
