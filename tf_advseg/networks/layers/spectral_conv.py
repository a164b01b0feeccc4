"""A convolution whose largest singular value is about 1.

Miyato et al., "Spectral Normalization for Generative Adversarial Networks"
(arXiv 1802.05957), algorithm 1: with the kernel as a matrix W of one row a
filter and a vector u that is kept from step to step,

    v = W^T u / |W^T u|,    u = W v / |W v|,    W_used = W / (u^T W v)

u and v count as constants in the gradient. A discriminator of such layers
cannot become steep, however sure it is.
"""

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class SpectralConv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D` with its kernel divided by its spectral norm.

    Keras' `SpectralNormalization` overwrites the kernel in the forward pass:
    replicas may not do that, and no gradient goes through the norm.
    """

    def build(self, input_shape):
        super().build(input_shape)
        self.u = self.add_weight(
            name="u",
            shape=(self.filters,),
            initializer=keras.initializers.RandomNormal(),
            trainable=False,
            autocast=False,
            # Kernels are the same on all replicas, and so is this.
            aggregation="mean",
        )

    def call(self, inputs, training=False):
        kernel = tf.cast(self.kernel, self.u.dtype)
        matrix = tf.reshape(kernel, (-1, self.filters))  # W transposed.
        u, v = self._iterated(tf.stop_gradient(matrix))
        if training:
            self.u.assign(u)
        largest = tf.tensordot(v, tf.linalg.matvec(matrix, u), 1)
        used = tf.cast(kernel / largest, self.compute_dtype)
        outputs: Any = self.convolution_op(inputs, used)
        if self.use_bias:
            outputs += tf.cast(self.bias, outputs.dtype)
        return self.activation(outputs)

    def _iterated(self, matrix) -> tuple[tf.Tensor, tf.Tensor]:
        """One step of the power method."""
        v = tf.linalg.l2_normalize(tf.linalg.matvec(matrix, self.u))
        u = tf.linalg.matvec(matrix, v, transpose_a=True)
        return tf.linalg.l2_normalize(u), v
