"""Source only: no adaptation, the baseline that adaptation must beat.

It never forwards a target image. Setting an adaptation weight to 0 is not the
same: target images would still move the batch-norm statistics, which alone
adapts by several points.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.methods.method import Method


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class SourceOnly(Method):
    """Cross-entropy on labelled source images, nothing else."""

    name: ClassVar[str] = "source_only"
    uses_target: ClassVar[bool] = False
