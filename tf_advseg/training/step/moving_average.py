"""Weights that follow others slowly."""

from collections.abc import Sequence

import keras
import tensorflow as tf


def float_weights(network: keras.Model) -> list[tf.Variable]:
    """The weights that have a mean: no counters and no seeds."""
    return [w.value for w in network.weights if w.dtype.startswith("float")]


def move_towards(
    averages: Sequence[tf.Variable],
    weights: Sequence[tf.Variable],
    decay: tf.Tensor,
) -> None:
    """`a <- d a + (1 - d) w`, on all replicas: call it outside of them.

    Args:
        averages: The a.
        weights: The w, in the same order.
        decay: d, a float32 scalar.
    """
    for average, weight in zip(averages, weights, strict=True):
        rest = tf.cast(1.0 - decay, average.dtype)
        average.assign_add(rest * (weight - average))
