"""Target oracle: trains on target labels, the upper bound of adaptation."""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.methods.method import Method


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class TargetOracle(Method):
    """Cross-entropy on labelled *target* images.

    The one method that may see target labels; it tells how far adaptation
    could go, and is never a competitor.
    """

    name: ClassVar[str] = "target_oracle"
    uses_target: ClassVar[bool] = False
    trains_on_target_labels: ClassVar[bool] = True
