"""What every segmenter has inside, whichever its backbone and decoder."""

import keras

from tf_advseg.base.conventions import FEATURES
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PREPROCESSING
from tf_advseg.networks.keras_types import outputs_of


def low_resolution_logits(segmenter: keras.Model) -> keras.Model:
    """Returns a model from images to main logits `(B, h, w, C)`.

    It shares the segmenter's layers; evaluation resizes its logits straight
    to the size of the labels.
    """
    logits = segmenter.get_layer(f"{MAIN}_logits").output
    return keras.Model(segmenter.input, logits, name="low_resolution_logits")


def stages(segmenter: keras.Model) -> keras.Model:
    """Returns a model from images to what is computed on the way.

    It shares the segmenter's layers. Its outputs are a dict of those stages
    that the segmenter has: "preprocessing" (normalised images), "features"
    and "logits" (main ones, before resizing).
    """
    outputs = {"logits": segmenter.get_layer(f"{MAIN}_logits").output}
    if FEATURES in outputs_of(segmenter):
        outputs[FEATURES] = outputs_of(segmenter)[FEATURES]
    for layer in segmenter.layers:
        if layer.name == PREPROCESSING:
            outputs[PREPROCESSING] = layer.output
    return keras.Model(segmenter.input, outputs, name="stages")
