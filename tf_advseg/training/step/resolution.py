"""At which resolution target images are looked at.

A segmenter computes its logits on a coarse grid and resizes them to the
image. The resizing adds nothing that a discriminator could learn from, only
pixels: at stride 4 sixteen times as many. With `judge_at="logits"` the
target's losses and the discriminators see the coarse logits; the labels' loss
stays at the image, where the labels are.
"""

from typing import cast

import keras
import tensorflow as tf

from tf_advseg.base.conventions import FEATURES
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.training.step.forward import training_forward

IMAGE = "image"
LOGITS = "logits"
PLACES = (IMAGE, LOGITS)

Outputs = dict[str, tf.Tensor]
_COARSE = "_logits"


def seen(outputs: Outputs) -> Outputs:
    """What target losses see of outputs: coarse logits where there are any."""
    return {
        name: outputs.get(name + _COARSE, output)
        for name, output in outputs.items()
        if not name.endswith(_COARSE)
    }


class CoarseForward:
    """Runs a segmenter in two parts, cut where its logits are resized.

    So the losses at both resolutions have their gradients with regard to the
    same coarse logits, in every precision and with `remat` too. The outputs
    are the segmenter's, and each level's coarse logits as `LEVEL_logits`.

    Args:
        segmenter: Its layers `LEVEL_logits` give a level's logits before
            resizing.
        precision: Of `training_forward`.
        remat: The same.
    """

    def __init__(self, segmenter: keras.Model, precision: str, remat: bool):
        outputs = outputs_of(segmenter)
        levels = [name for name in outputs if name != FEATURES]
        coarse = {
            name + _COARSE: segmenter.get_layer(name + _COARSE).output
            for name in levels
        }
        features = {k: v for k, v in outputs.items() if k == FEATURES}
        self._names = list(coarse)
        self._forward = training_forward(
            keras.Model(segmenter.input, features | coarse), precision, remat
        )
        # A model that begins in the middle would add nodes to the layers, and
        # the segmenter could not be saved any more.
        self._resize = keras.Function(
            [segmenter.input, *coarse.values()],
            {name: outputs[name] for name in levels},
        )

    def __call__(self, images: tf.Tensor) -> Outputs:
        coarse = self._forward(images)
        logits = [coarse[name] for name in self._names]
        return coarse | cast(Outputs, self._resize([images, *logits]))
