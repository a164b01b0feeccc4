"""AdvEnt: adversarial entropy minimisation (arXiv 1811.12833, section 3.2).

    map(x) = -P log P / log C,  P = softmax(S(x)_l)  for l = main, aux

The discriminators see weighted self-information maps; aligning them makes
target predictions as sure as source predictions, with their structure.
"""

import dataclasses
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.methods import losses
from tf_advseg.methods.adversarial import AdversarialMethod


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class AdvEnt(AdversarialMethod):
    """Aligns weighted self-information maps at two levels.

    Weights: the authors' `advent.yml`; with least squares ten times that, as
    AdaptSegNet does (not in the paper).
    """

    name: ClassVar[str] = "advent"
    default_weights: ClassVar = {
        "vanilla": {"main": 1e-3, "aux": 2e-4},
        "least_squares": {"main": 1e-2, "aux": 2e-3},
    }

    def domain_map(self, output: tf.Tensor) -> tf.Tensor:
        return losses.self_information(output)
