"""MIC: masked image consistency (Hoyer et al., arXiv 2212.01322).

DACS, and beside it the target images with most of their blocks hidden:

    S also minimises   masked_weight * mixed_loss(S(masked x_t), y_t, w_t)

The teacher labels the whole image, so that what is hidden from the segmenter
has to be told by its context. The same goes with every `SelfTrainingMethod`
whose `masked_weight` is not 0.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.methods.dacs import Dacs


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class Mic(Dacs):
    """DACS that also learns target images by what is left when most is hidden.

    The paper's weight, ratio, blocks and teacher. Its blocks of 64 pixels are
    those of images of 1024x2048; at half that size its program takes 32, and
    smaller images want smaller ones still.
    """

    name: ClassVar[str] = "mic"

    teacher_decay: float = 0.999
    color_jitter: float = 0.2
    masked_weight: float = 1.0
