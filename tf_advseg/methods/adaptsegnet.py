"""AdaptSegNet, multi-level (Tsai et al., arXiv 1802.10349, section 4.3).

    map(x) = softmax(S(x)_l)  for the levels l = main, aux

The output space of both domains is aligned: layouts are alike even where
appearance is not. Weights: the authors' defaults (vanilla); for least squares
the ones they suggest in their tracker (#88), untested by them.
"""

import dataclasses
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.methods.adversarial import AdversarialMethod


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class AdaptSegNet(AdversarialMethod):
    """Aligns softmax outputs at two levels."""

    name: ClassVar[str] = "adaptsegnet"
    default_weights: ClassVar = {
        "vanilla": {"main": 1e-3, "aux": 2e-4},
        "least_squares": {"main": 1e-2, "aux": 2e-3},
    }

    def domain_map(self, output: tf.Tensor) -> tf.Tensor:
        return tf.nn.softmax(output)
