"""One update from several parts of a batch, one after the other.

The papers' programs call it iter-size: gradients of several small batches
are summed before the optimizer sees them, so that a large batch fits into
the memory of a small one.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def sum_over_parts(
    function: Callable[[Any], Any], batch: Any, num_parts: int
) -> Any:
    """Sums what a function returns for equal parts of a batch.

    The parts run strictly in turn, so that the memory of one is free before
    the next begins.

    Args:
        function: From a part to a structure of tensors, or None in places.
        batch: A structure of tensors of one batch size.
        num_parts: Must divide the batch size. With 1 the function sees the
            batch itself.

    Raises:
        ValueError: If the batch size is known and not divisible.
    """
    total = None
    for part in _split(batch, num_parts):
        before = [t for t in tf.nest.flatten(total) if t is not None]
        with tf.control_dependencies(before):
            found = function(part)
        if total is None:
            total = found
        else:
            total = tf.nest.map_structure(_add, total, found)
    return total


def _split(batch, num_parts):
    if num_parts == 1:
        return [batch]
    sizes = {t.shape[0] for t in tf.nest.flatten(batch)} - {None}
    if any(size % num_parts for size in sizes):
        raise ValueError(
            f"accumulate={num_parts} needs batches whose size is a multiple "
            f"of it on each replica; received {sorted(sizes)} images."
        )
    split = [tf.split(t, num_parts) for t in tf.nest.flatten(batch)]
    return [
        tf.nest.pack_sequence_as(batch, list(part))
        for part in zip(*split, strict=True)
    ]


def added(total: list, more: list) -> list:
    """The sums of two lists, of gradients say; no list and None add none."""
    if not total:
        return more
    return [_add(a, b) for a, b in zip(total, more, strict=True)]


def after(tensors: list, value: tf.Tensor) -> tf.Tensor:
    """The value, which is not there before those tensors (or None) are.

    A graph begins whatever it has the inputs of; this holds back what is made
    of the value, until the memory behind the tensors is free.
    """
    before = [tensor for tensor in tensors if tensor is not None]
    with tf.control_dependencies(before):
        return tf.identity(value)


def _add(a, b):
    if a is None or b is None:
        return b if a is None else a
    return a + b
