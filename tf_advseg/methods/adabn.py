"""AdaBN: batch norm with the target's statistics (Li et al., arXiv 1603.04779).

Weights are trained on the source alone, each batch normalised by its own
statistics; the product has the moving statistics of target images in their
place. The paper computes these after training, over all target images; here
target batches are forwarded beside the source's and move them along, so that
every snapshot is adapted.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.methods.method import Method


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class AdaBN(Method):
    """Cross-entropy on the source; the target moves batch norm, no weight.

    It needs batch norm that moves: where it is frozen, nothing is adapted.
    """

    name: ClassVar[str] = "adabn"
    moves_statistics: ClassVar[bool] = True
    needs_source: ClassVar[bool] = False
