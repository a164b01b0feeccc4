"""AdaptSegNet, single-level (arXiv 1802.10349, section 4.2)."""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import keras

from tf_advseg.methods.adaptsegnet import AdaptSegNet
from tf_advseg.methods.method import level_weights


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class AdaptSegNetSingle(AdaptSegNet):
    """Aligns softmax outputs of the main level; the aux head is untrained.

    Weights: README of the authors' program, 0.001 vanilla and 0.01 least
    squares.
    """

    name: ClassVar[str] = "adaptsegnet_single"
    default_weights: ClassVar = {
        "vanilla": {"main": 1e-3},
        "least_squares": {"main": 1e-2},
    }

    source_weights: Mapping[str, float] = level_weights(main=1.0)
