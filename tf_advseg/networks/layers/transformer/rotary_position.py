"""Positions told by turning queries and keys.

Su et al., "RoFormer" (2021), in two dimensions as DINOv3 has it (Siméoni et
al., 2025): the channels of a head are turned, in pairs, by angles that grow
with a patch's row, or column, at frequencies of their own.
"""

import math

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class RotaryPosition(keras.layers.Layer):
    """Turns `[(B, T + H W, 1, C), (B, H, W, D)]`, to the first's shape.

    The second is looked at for H and W alone. Rows and columns are told from
    -1 to 1, of whatever size the map is.

    Args:
        num_heads: Among which the C channels are divided.
        num_tokens: T, of those that have no place and are not turned.
        theta: The base of the frequencies.
        **kwargs: Of `keras.layers.Layer`.

    Raises:
        ValueError: If the channels of a head are no multiple of 4.
    """

    def __init__(
        self, num_heads: int, num_tokens: int, theta: float = 100.0, **kwargs
    ):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.num_tokens = num_tokens
        self.theta = theta

    def build(self, input_shape):
        channels = input_shape[0][-1]
        if channels % (4 * self.num_heads):
            raise ValueError(
                f"Expected channels that {self.num_heads} heads can divide "
                f"into fours; received {channels}."
            )

    def call(self, inputs):
        column, patches = inputs
        shape = tf.shape(column)
        channels = column.shape[-1] // self.num_heads
        placed = column[:, self.num_tokens :]
        split = (shape[0], shape[1] - self.num_tokens, self.num_heads, channels)
        x = tf.reshape(placed, split)
        first, second = tf.split(x, 2, axis=-1)
        angles = self._angles(tf.shape(patches)[1:3], channels)
        cosine = tf.cast(tf.cos(angles), x.dtype)
        sine = tf.cast(tf.sin(angles), x.dtype)
        turned = tf.concat(
            [
                first * cosine - second * sine,
                second * cosine + first * sine,
            ],
            axis=-1,
        )
        # No axis is added or dropped by an index: XNNPACK knows no such slices.
        turned = tf.reshape(turned, tf.shape(placed))
        return tf.concat([column[:, : self.num_tokens], turned], axis=1)

    def _angles(self, size, channels):
        """Of each place, head and pair: `(H W, 1, channels / 2)`."""
        count = channels // 4
        powers = tf.range(count, dtype=tf.float32) / count
        frequencies = 2 * math.pi / self.theta**powers
        rows, columns = (
            2 * (tf.range(length) + 0.5) / length - 1
            for length in tf.unstack(tf.cast(size, tf.float32))
        )
        places = tf.stack(tf.meshgrid(rows, columns, indexing="ij"), axis=-1)
        angles = tf.reshape(places, (-1, 1, 2, 1)) * frequencies
        return tf.reshape(angles, (-1, 1, 2 * count))

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "num_tokens": self.num_tokens,
            "theta": self.theta,
        }
