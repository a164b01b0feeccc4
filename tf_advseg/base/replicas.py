"""Arithmetic over the replicas of the current distribution strategy."""

import tensorflow as tf


def count() -> int:
    """How many replicas there are; 1 outside of any strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def mean(value: tf.Tensor) -> tf.Tensor:
    """The mean of one value a replica; call it in a replica's step."""
    if count() == 1:
        return value
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)


def total(value: tf.Tensor) -> tf.Tensor:
    """The sum of one value a replica; call it in a replica's step."""
    return mean(value) * count()
