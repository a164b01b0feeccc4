"""Numbers that show how the game goes, out of one training step.

They are by-products: nothing here has a gradient or changes a weight. Names
begin with `health/`; `training.health.ranges` says which values are healthy.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.methods import losses

PREFIX = "health/"
DOMAINS = {SOURCE: "source", TARGET: "target"}

Gradient = Any
"""A tensor, `tf.IndexedSlices` or None; no `tf.cast` is known to take them."""

_STRIDE = 4
"""Logits are resized by 8: every fourth pixel a side says as much as all."""


def of_discriminators(
    judged: Mapping[str, Mapping[int, tf.Tensor]], boundary: float
) -> dict[str, tf.Tensor]:
    """Share of patches whose domain is recognised, by level and domain.

    Args:
        judged: Discriminator logits by level and domain.
        boundary: The output above which a patch counts as TARGET.
    """
    numbers = {}
    for level, by_domain in judged.items():
        for domain, logits in by_domain.items():
            says_target = logits > boundary
            right = says_target
            if domain != TARGET:
                right = tf.logical_not(says_target)
            name = f"{PREFIX}discriminator_accuracy/{DOMAINS[domain]}/{level}"
            numbers[name] = tf.reduce_mean(tf.cast(right, tf.float32))
    return numbers


def of_predictions(
    logits: tf.Tensor, class_names: Sequence[str]
) -> dict[str, tf.Tensor]:
    """Mean entropy (0-1) of target predictions, and the share of each class.

    Args:
        logits: Main target logits `(B, H, W, C)`.
        class_names: C names.
    """
    logits = tf.stop_gradient(logits[:, ::_STRIDE, ::_STRIDE])
    entropy = tf.reduce_mean(losses.entropy(logits))
    winners = tf.one_hot(tf.argmax(logits, -1), len(class_names))
    shares = tf.unstack(tf.reduce_mean(winners, axis=(0, 1, 2)))
    numbers = {f"{PREFIX}entropy/target": entropy}
    for name, share in zip(class_names, shares, strict=True):
        numbers[f"{PREFIX}share/{name}"] = share
    return numbers


def of_teacher(weights: tf.Tensor, counts: tf.Tensor) -> dict[str, tf.Tensor]:
    """How far a teacher is believed, and how sure it is (both 0-1).

    Args:
        weights: Of its labels, `(B, H, W)`.
        counts: Pixels by class and bin of confidence, see
            `methods.confidence`.
    """
    bins = tf.cast(tf.shape(counts)[1], tf.float32)
    centres = (tf.range(bins) + 0.5) / bins
    sure = tf.reduce_sum(counts * centres) / tf.reduce_sum(counts)
    return {
        f"{PREFIX}teacher_believed": tf.reduce_mean(weights),
        f"{PREFIX}teacher_confidence": sure,
    }


def of_pulls(
    gradients: Iterable[tuple[tuple[int, str], Gradient]],
    unit: tf.Tensor,
) -> dict[str, tf.Tensor]:
    """How hard each domain's losses pull at the outputs for its images.

    Args:
        gradients: A domain and a level, and the total loss's gradient with
            regard to that output; None if it has none.
        unit: What loss scaling multiplied the loss by.
    """
    return {
        f"{PREFIX}pull/{DOMAINS[domain]}/{level}": gradient_norm([gradient])
        / unit
        for (domain, level), gradient in gradients
        if gradient is not None
    }


def gradient_norm(gradients: Iterable[Gradient]) -> tf.Tensor:
    """The Euclidean norm of all gradients together, float32; 0 of none."""
    present = [tf.cast(g, tf.float32) for g in gradients if g is not None]
    if not present:
        return tf.constant(0.0)
    return tf.linalg.global_norm(present)
