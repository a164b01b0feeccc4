"""In which numbers a network computes; its weights are float32 always."""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.base import replicas
from tf_advseg.base.conventions import POLICIES

_FULL_PRECISION = "_logits"
"""Layers whose names end so stay in float32: what follows them is resized,
compared and summed."""


@contextlib.contextmanager
def building_in(precision: str) -> Iterator[None]:
    """Layers made within it compute in that precision.

    Raises:
        ValueError: If there is no such precision.
    """
    checks.check_choice("precision", precision, POLICIES)
    if precision == "float32":  # Whatever the user has set stays.
        yield
        return
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(POLICIES[precision])
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def twin(network: keras.Model, precision: str) -> keras.Model:
    """A copy, with weights of its own, that computes in that precision.

    Raises:
        ValueError: If there is no such precision.
    """
    checks.check_choice("precision", precision, POLICIES)

    def copy(layer):
        config = layer.get_config()
        if precision != "float32" and not layer.name.endswith(_FULL_PRECISION):
            config["dtype"] = POLICIES[precision]
        return type(layer).from_config(config)

    return keras.models.clone_model(network, clone_function=copy)


def with_loss_scaling(
    optimizer: keras.Optimizer | None, precision: str
) -> keras.Optimizer | None:
    """The optimizer, wrapped for float16: small gradients would be zero."""
    scales = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if precision != "float16" or optimizer is None or scales:
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def agreed(
    optimizer: keras.Optimizer, gradients: list[tf.Tensor | None]
) -> list[tf.Tensor | None]:
    """Gradients that are finite on all replicas, or on none.

    Keras' loss scaling asks the first replica alone whether to leave a step
    out; the others' infinite gradients would reach the weights.
    """
    scales = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if not scales or replicas.count() == 1:
        return gradients
    finite = [
        tf.reduce_all(tf.math.is_finite(g)) for g in gradients if g is not None
    ]
    share = replicas.mean(tf.cast(tf.reduce_all(finite), tf.float32))
    everywhere = share > 1 - 0.5 / replicas.count()
    return [
        g if g is None else tf.where(everywhere, g, float("inf"))
        for g in gradients
    ]
