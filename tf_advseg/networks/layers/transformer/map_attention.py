"""Multi-head attention between maps, without weights of its own.

    y = softmax(q k^T / sqrt(d)) v      in each of the heads

after Vaswani et al., "Attention Is All You Need" (2017). Queries, keys and
values are maps, which convolutions made; keys and values may be coarser than
queries. Sizes may change from call to call.
"""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class MapAttention(keras.layers.Layer):
    """From `[(B, H, W, C), (B, h, w, C), (B, h, w, C)]` to `(B, H, W, C)`.

    Args:
        num_heads: Among which the C channels are divided.
        **kwargs: Of `keras.layers.Layer`.

    Raises:
        ValueError: If C is no multiple of `num_heads`.
    """

    def __init__(self, num_heads: int, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads

    def build(self, input_shape):
        channels = input_shape[0][-1]
        if channels % self.num_heads:
            raise ValueError(
                f"Expected channels that {self.num_heads} heads can divide; "
                f"received {channels}."
            )

    def call(self, inputs):
        query, keys, values = inputs
        channels = query.shape[-1] // self.num_heads
        # Scaled before the product: smaller numbers, in half precision too.
        query = self._heads(query * channels**-0.5)
        scores = tf.matmul(query, self._heads(keys), transpose_b=True)
        seen = tf.matmul(tf.nn.softmax(scores), self._heads(values))
        return tf.reshape(tf.transpose(seen, (0, 2, 1, 3)), tf.shape(inputs[0]))

    def _heads(self, maps):
        """`(B, h, w, C)` to `(B, heads, h w, C / heads)`."""
        shape = tf.shape(maps)
        channels = maps.shape[-1] // self.num_heads
        places = shape[1] * shape[2]
        split = (shape[0], places, self.num_heads, channels)
        return tf.transpose(tf.reshape(maps, split), (0, 2, 1, 3))

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "num_heads": self.num_heads}
