"""Fits a method to a segmenter: which levels count, who judges them."""

import contextlib
import dataclasses

import keras
import tensorflow as tf

from tf_advseg.base.conventions import AUX
from tf_advseg.methods.method import Method
from tf_advseg.networks import discriminators
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.layers import batch_norm
from tf_advseg.training.step import resolution


def fit_to(segmenter: keras.Model, method: Method) -> Method:
    """The method without levels that have no weight or do not exist.

    Args:
        segmenter: A model whose outputs are a dict by level.
        method: The method.

    Raises:
        ValueError: If it weighs a level that the segmenter lacks. Only `aux`
            may be missing: one-level networks simply do not have it.
    """
    return dataclasses.replace(
        method,
        source_weights=_present(segmenter, method, "source_weights"),
        target_weights=_present(segmenter, method, "target_weights"),
    )


def _present(segmenter, method, field) -> dict[str, float]:
    weights = getattr(method, field)
    outputs = segmenter.output
    wrong = set(weights) - set(outputs) - {AUX}
    if wrong:
        raise ValueError(
            f"{method.name}: {field} names the levels {sorted(wrong)}, which "
            f"the segmenter {segmenter.name!r} lacks; it has "
            f"{sorted(outputs)}."
        )
    return {k: w for k, w in weights.items() if w != 0 and k in outputs}


def source_pass(
    method: Method, with_target: bool
) -> contextlib.AbstractContextManager[None]:
    """What a source batch is forwarded in.

    Beside target batches it leaves no trace in batch norm `per_domain`; in
    none, if the method adapts by batch norm.

    Args:
        method: The method.
        with_target: Whether target batches are forwarded, too.
    """
    if not with_target:
        return contextlib.nullcontext()
    if method.moves_statistics:
        return batch_norm.traceless(batch_norm.MODES)
    return batch_norm.traceless()


def check_batch_norm(segmenter: keras.Model, method: Method) -> None:
    """Raises `ValueError` if a method adapts by batch norm that is frozen."""
    moving = [
        layer
        for layer in segmenter.layers
        if isinstance(layer, batch_norm.BatchNorm)
        and layer.mode not in batch_norm.STILL
    ]
    if method.moves_statistics and not moving:
        raise ValueError(
            f"{method.name} adapts by the statistics of batch norm, and "
            f"{segmenter.name!r} has none that moves: give "
            "--batch_norm=per_domain or trainable, or take another method."
        )


def build_discriminators(
    method: Method,
    segmenter: keras.Model,
    width: int,
    judge_at: str = resolution.IMAGE,
    **options,
) -> dict[str, keras.Model]:
    """One network a level that the method has judged.

    Their channels come from a symbolic pass: a method never states them.

    Args:
        method: Fitted to the segmenter.
        segmenter: A model whose outputs are a dict by level.
        width: See `discriminators.for_maps`.
        judge_at: See `step.resolution`.
        **options: Of `discriminators.for_maps`.
    """
    specs = {
        name: tf.TensorSpec(output.shape, output.dtype)
        for name, output in outputs_of(segmenter).items()
    }
    trace = tf.function(method.discriminator_input)
    kind = method.discriminator
    if kind == resolution.IMAGE:
        kind = judge_at
    maps = trace.get_concrete_function(specs).structured_outputs
    return {
        level: discriminators.for_maps(
            kind,
            spec.shape[-1],
            width=width,
            name=f"discriminator_{level}",
            **options,
        )
        for level, spec in maps.items()
    }
