"""A dilated convolution that goes straight to the processor's own kernel.

Keras takes a dilated convolution apart, into a convolution of a rearranged
batch and two rearrangements; the same in one piece takes two thirds of the
time or less at dilations from 6 on. Taps of the kernel that a small map's
padding alone reaches are left out: of a 3x3 kernel with dilation 24 on a map of
16x32, the centre's row remains.
"""

import functools
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tf_advseg")
class DilatedConv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D`: its numbers, weights and arguments, but faster.

    Only of stride 1 and padding `same`; else, and where the processor's kernel
    has no gradient, as of float64, it is Keras' own.
    """

    def convolution_op(self, inputs, kernel):
        is_ours = (self.strides, self.padding) == ((1, 1), "same")
        is_dilated = self.dilation_rate != (1, 1)
        if not (is_ours and is_dilated and is_had(self.compute_dtype)):
            return super().convolution_op(inputs, kernel)
        kernel = reached(kernel, inputs.shape[1:3], self.dilation_rate)
        return tf.nn.conv2d(
            inputs, kernel, 1, "SAME", dilations=self.dilation_rate
        )


def reached(kernel, size, dilations):
    """The part of a kernel that meets pixels of the map, not only padding.

    Args:
        kernel: `(h, w, inputs, outputs)`, of odd sides.
        size: `(H, W)` of the maps; None where it is not known.
        dilations: Of both sides.
    """
    parts = []
    for taps, side, dilation in zip(
        kernel.shape[:2], size, dilations, strict=True
    ):
        middle = reach = taps // 2
        if side is not None:
            reach = min(reach, (side - 1) // dilation)
        parts.append(slice(middle - reach, middle + reach + 1))
    return kernel[tuple(parts)]


@functools.cache
def is_had(dtype: str) -> bool:
    """Whether graphs on this machine have its gradients in that precision."""

    @tf.function
    def gradients(maps, kernel):
        with tf.GradientTape() as tape:
            tape.watch([maps, kernel])
            found = tf.nn.conv2d(maps, kernel, 1, "SAME", dilations=2)
        return tape.gradient(found, [maps, kernel])

    def try_it():
        try:
            for gradient in gradients(
                tf.ones((1, 5, 5, 1), dtype), tf.ones((3, 3, 1, 1), dtype)
            ):
                np.asarray(gradient)
        except (tf.errors.OpError, NotImplementedError):
            return False
        return True

    # Whoever asks may be drawing a graph, in which nothing runs; a thread of
    # its own is in none.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(try_it).result()
