"""MinEnt with the class-ratio prior (ADVENT, sections 3.1 and 3.3)."""

import dataclasses
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.methods.class_ratio import ClassRatioPrior
from tf_advseg.methods.minent import MinEnt


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class MinEntCP(ClassRatioPrior, MinEnt):
    """Entropy minimisation that cannot give up a class unnoticed.

    target_loss = entropy + prior_factor * class-ratio prior
    """

    name: ClassVar[str] = "minent_cp"

    def target_loss(self, logits: tf.Tensor) -> tf.Tensor:
        return super().target_loss(logits) + self.prior_loss(logits)
