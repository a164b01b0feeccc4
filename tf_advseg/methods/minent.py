"""MinEnt: direct entropy minimisation (ADVENT, arXiv 1811.12833, sec. 3.1).

target_loss = mean over pixels of -sum_c P_c log P_c / log C
"""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.methods import losses
from tf_advseg.methods.method import Method
from tf_advseg.methods.method import level_weights


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class MinEnt(Method):
    """Minimises the entropy of target predictions.

    Args:
        hardest: Fraction of each image's pixels, highest entropy first, that
            count; 1 is plain MinEnt, 0.3 the paper's "entropy ranges" (ER)
            as far as is known (the fraction is from memory, unverified).
    """

    name: ClassVar[str] = "minent"
    needs_source: ClassVar[bool] = False

    target_weights: Mapping[str, float] = level_weights(main=1e-3, aux=2e-4)
    hardest: float = 1.0

    def __post_init__(self):
        super().__post_init__()
        checks.check_range(f"{self.name} hardest", self.hardest, 1e-6, 1.0)

    def target_loss(self, logits: tf.Tensor) -> tf.Tensor:
        return losses.hardest_mean(losses.entropy(logits), self.hardest)
