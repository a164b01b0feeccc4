"""Patches and tokens that belong to no place, one below the other.

A vision transformer attends to a few tokens besides those of the patches
(Dosovitskiy et al., "An Image is Worth 16x16 Words", 2020, section 3.1; Darcet
et al., "Vision Transformers Need Registers", 2023). In a map of one column,
`(B, T + H W, 1, C)`, both go through the layers of maps.
"""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class TokenColumn(keras.layers.Layer):
    """From patches `(B, H, W, C)` to the column `(B, T + H W, 1, C)`.

    Args:
        num_tokens: T, of the class token and its registers.
        grid: (h, w) of the learnt positions, which are resized to (H, W),
            bicubic; None: positions are told otherwise.
        antialias: Of that resize.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(
        self,
        num_tokens: int,
        grid: tuple[int, int] | None = None,
        antialias: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_tokens = num_tokens
        self.grid = None if grid is None else (int(grid[0]), int(grid[1]))
        self.antialias = antialias

    def build(self, input_shape):
        channels = input_shape[-1]
        initializer = keras.initializers.TruncatedNormal(stddev=0.02)
        self.tokens = self.add_weight(
            shape=(self.num_tokens, channels),
            initializer=initializer,
            name="tokens",
        )
        if self.grid is not None:
            self.positions = self.add_weight(
                shape=(*self.grid, channels),
                initializer=initializer,
                name="positions",
            )

    def call(self, inputs):
        shape = tf.shape(inputs)
        if self.grid is not None:
            # In float32, as the resize gives it: half precision loses places.
            found = tf.image.resize(
                tf.cast(self.positions, tf.float32)[None],
                shape[1:3],
                method="bicubic",
                antialias=self.antialias,
            )
            inputs += tf.cast(found, inputs.dtype)
        channels = inputs.shape[-1]
        patches = tf.reshape(inputs, (shape[0], shape[1] * shape[2], channels))
        tokens = tf.cast(self.tokens, inputs.dtype)[None]
        tokens = tf.repeat(tokens, shape[0], axis=0)
        return tf.concat([tokens, patches], axis=1)[:, :, None]

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        places = None
        if height is not None and width is not None:
            places = self.num_tokens + height * width
        return batch, places, 1, channels

    def get_config(self):
        return {
            **super().get_config(),
            "num_tokens": self.num_tokens,
            "grid": self.grid,
            "antialias": self.antialias,
        }


@keras.saving.register_keras_serializable(package="tf_advseg")
class TokenMap(keras.layers.Layer):
    """From `[(B, T + H W, 1, C), (B, H, W, D)]` to the patches' `(B, H, W, C)`.

    Args:
        num_tokens: T, of those that are left out.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(self, num_tokens: int, **kwargs):
        super().__init__(**kwargs)
        self.num_tokens = num_tokens

    def call(self, inputs):
        column, patches = inputs
        shape = tf.shape(patches)
        size = (shape[0], shape[1], shape[2], column.shape[-1])
        return tf.reshape(column[:, self.num_tokens :], size)

    def compute_output_shape(self, input_shape):
        column, patches = input_shape
        return *patches[:3], column[-1]

    def get_config(self):
        return {**super().get_config(), "num_tokens": self.num_tokens}
