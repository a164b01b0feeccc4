"""FCNs in the Wild (Hoffman et al., arXiv 1612.02649).

Two terms beside the source's cross-entropy:

* global: a domain classifier D judges every cell of the features F(x); the
  segmenter minimises the domain confusion 1/2 (L_D + L_D-inverse), with the
  right and the inverted domain labels, over both domains (section 3.1);
* category-specific: predicted class sizes on a target image keep between the
  10th and the 90th percentile of that class's size in source labels, through
  constrained latent labels (section 3.2).

Written from the paper's text as remembered (no program was published); what
is unsure is an option.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any
from typing import ClassVar
from typing import Self

import keras
import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.base.conventions import FEATURES
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.methods import losses
from tf_advseg.methods import size_constraints
from tf_advseg.methods.method import Method
from tf_advseg.methods.method import level_weights


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class FCNsInTheWild(Method):
    """Domain confusion on features, class sizes from the source.

    Args:
        target_weights: `features` weighs the domain confusion, `main` the
            size constraint; the paper gives no values.
        gan: `vanilla` is the paper's; `least_squares` is ours.
        class_sizes: For each class its 10th-percentile and 90th-percentile
            share of an image that contains it; None takes them from the
            source before training.
        presence: A class counts as present in a target image if its
            predicted share exceeds `presence * 10th percentile`.
        large_class: A class whose 10th percentile exceeds this share of an
            image is large.
        large_class_factor: Its weight in the loss: large classes would drown
            the others.
        stride: Every `stride`-th pixel of the logits is constrained.
    """

    name: ClassVar[str] = "fcns_in_the_wild"
    needs_source_statistics: ClassVar[bool] = True
    aligns_source: ClassVar[bool] = True
    thins_out: ClassVar[bool] = True
    discriminator: ClassVar[str] = "cells"

    target_weights: Mapping[str, float] = level_weights(
        features=1e-3, main=1e-2
    )
    gan: str = "vanilla"
    class_sizes: tuple[tuple[float, float], ...] | None = None
    presence: float = 0.1
    large_class: float = 0.1
    large_class_factor: float = 0.1
    stride: int = 8

    def __post_init__(self):
        super().__post_init__()
        checks.check_choice("gan loss", self.gan, losses.GAN_LOSSES)
        for field in ("presence", "large_class", "large_class_factor"):
            value = getattr(self, field)
            checks.check_range(f"{self.name} {field}", value, 0.0, 1.0)
        checks.check_range(f"{self.name} stride", self.stride, 1)

    def discriminator_input(
        self, outputs: Mapping[str, tf.Tensor]
    ) -> dict[str, tf.Tensor]:
        if FEATURES not in self.active_levels():
            return {}
        return {FEATURES: outputs[FEATURES]}

    @property
    def domain_boundary(self) -> float:
        return losses.GAN_BOUNDARIES[self.gan]

    def domain_loss(self, domain_logits: tf.Tensor, domain: int) -> tf.Tensor:
        return losses.GAN_LOSSES[self.gan](domain_logits, domain)

    def adversarial_loss(
        self, domain_logits: Mapping[int, tf.Tensor]
    ) -> tf.Tensor:
        """Domain confusion: right and inverted labels on both domains."""
        right = self.domain_loss(domain_logits[SOURCE], SOURCE)
        right += self.domain_loss(domain_logits[TARGET], TARGET)
        inverted = self.domain_loss(domain_logits[SOURCE], TARGET)
        inverted += self.domain_loss(domain_logits[TARGET], SOURCE)
        return 0.5 * (right + inverted)

    def target_loss(self, logits: tf.Tensor) -> tf.Tensor:
        """Cross-entropy against latent labels of plausible class sizes."""
        if self.class_sizes is None:
            raise ValueError(
                f"{self.name} needs the source's class sizes; call "
                "with_source_statistics(...) or give class_sizes."
            )
        log_q = tf.nn.log_softmax(logits[:, :: self.stride, :: self.stride])
        num_classes = log_q.shape[-1]
        log_q = tf.reshape(log_q, (tf.shape(log_q)[0], -1, num_classes))
        low = tf.constant([low for low, _ in self.class_sizes], log_q.dtype)
        high = tf.constant([high for _, high in self.class_sizes], log_q.dtype)
        winners = tf.one_hot(tf.argmax(log_q, -1), num_classes)
        shares = tf.reduce_mean(tf.cast(winners, log_q.dtype), axis=1)
        present = shares > self.presence * low
        latent = size_constraints.constrained_distribution(
            log_q, tf.where(present, low, 0.0), tf.where(present, high, 1.0)
        )
        weights = tf.where(low > self.large_class, self.large_class_factor, 1.0)
        weights = tf.cast(weights, log_q.dtype)
        return -tf.reduce_mean(tf.reduce_sum(weights * latent * log_q, -1))

    def with_source_statistics(self, statistics: Any) -> Self:
        pairs = zip(statistics.size_low, statistics.size_high, strict=True)
        sizes = tuple((float(low), float(high)) for low, high in pairs)
        return dataclasses.replace(self, class_sizes=sizes)
