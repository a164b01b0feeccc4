"""From each replica's gradients to one update of a network."""

from collections.abc import Iterable
from typing import Any

import keras
import tensorflow as tf

from tf_advseg.base import replicas
from tf_advseg.training.health.numbers import gradient_norm
from tf_advseg.training.step.precision import agreed

Gradients = list[Any]
"""Tensors, or None for variables that no loss depends on."""


def update(
    optimizer: keras.Optimizer,
    gradients: Gradients,
    variables: Iterable[keras.Variable],
    clip_norm: float = 0.0,
) -> None:
    """Changes the variables; call it in a replica's step.

    Args:
        optimizer: Sums the replicas' gradients by itself.
        gradients: Of one replica, times the loss scale of the optimizer.
        variables: As many.
        clip_norm: See `clipped`; 0 clips nothing.
    """
    gradients = agreed(optimizer, gradients)
    if clip_norm:
        gradients = clipped(gradients, clip_norm * optimizer.scale_loss(1.0))
    # An untrained head has no gradient: no update, no weight decay.
    pairs = zip(gradients, variables, strict=True)
    pairs = [pair for pair in pairs if pair[0] is not None]
    if pairs:
        optimizer.apply_gradients(pairs)
    else:  # The steps are counted all the same.
        iterations: Any = optimizer.iterations
        iterations.assign_add(1)


def clipped(gradients: Gradients, limit: float | tf.Tensor) -> Gradients:
    """Shares of the whole gradient, shortened to a Euclidean norm of `limit`.

        g = g * min(1, limit / |sum over replicas of g|)

    (Pascanu et al., "On the difficulty of training recurrent neural networks",
    ICML 2013.) Keras' `global_clipnorm` sees one replica's gradient, so that
    two replicas would take other steps than one with the whole batch.

    Args:
        gradients: Of one replica; the gradient of the whole batch is the sum
            over replicas.
        limit: Positive. A gradient within it stays as it is, to the bit.
    """
    present = [g for g in gradients if g is not None]
    whole = [replicas.mean(g) * replicas.count() for g in present]
    norm = gradient_norm(whole)
    limit = tf.cast(limit, norm.dtype)
    factor = limit / tf.maximum(norm, limit)
    return [g if g is None else g * tf.cast(factor, g.dtype) for g in gradients]
