"""AdvEnt with the class-ratio prior (ADVENT, sections 3.2 and 3.3)."""

import dataclasses
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.methods.advent import AdvEnt
from tf_advseg.methods.class_ratio import ClassRatioPrior


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class AdvEntCP(ClassRatioPrior, AdvEnt):
    """Aligned self-information maps, plus the class-ratio prior."""

    name: ClassVar[str] = "advent_cp"

    def target_loss(self, logits: tf.Tensor) -> tf.Tensor:
        return self.prior_loss(logits)
