"""What the methods with discriminators share: the game's loss and levels."""

import dataclasses
from collections.abc import Mapping
from typing import Any
from typing import ClassVar
from typing import cast

import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.methods import losses
from tf_advseg.methods.method import Method


@dataclasses.dataclass(frozen=True)
class AdversarialMethod(Method):
    """The segmenter fools a discriminator about its target maps.

        adversarial_loss = domain_loss(D(map(x_t)), SOURCE)

    Args:
        gan: `vanilla` (binary cross-entropy) or `least_squares`.
        target_weights: None takes the published weights of that GAN loss.
    """

    default_weights: ClassVar[Mapping[str, Mapping[str, float]]]

    # None until `__post_init__`.
    target_weights: Mapping[str, float] = cast(Any, None)
    gan: str = "vanilla"

    def __post_init__(self):
        checks.check_choice("gan loss", self.gan, losses.GAN_LOSSES)
        if self.target_weights is None:
            weights = dict(self.default_weights[self.gan])
            object.__setattr__(self, "target_weights", weights)
        super().__post_init__()

    def discriminator_input(
        self, outputs: Mapping[str, tf.Tensor]
    ) -> dict[str, tf.Tensor]:
        return {
            level: self.domain_map(outputs[level])
            for level in self.active_levels()
        }

    def domain_map(self, output: tf.Tensor) -> tf.Tensor:
        """The map of one level's output that its discriminator judges."""
        raise NotImplementedError(f"{self.name} has no domain map.")

    @property
    def domain_boundary(self) -> float:
        return losses.GAN_BOUNDARIES[self.gan]

    def domain_loss(self, domain_logits: tf.Tensor, domain: int) -> tf.Tensor:
        return losses.GAN_LOSSES[self.gan](domain_logits, domain)

    def adversarial_loss(
        self, domain_logits: Mapping[int, tf.Tensor]
    ) -> tf.Tensor:
        return self.domain_loss(domain_logits[TARGET], SOURCE)
