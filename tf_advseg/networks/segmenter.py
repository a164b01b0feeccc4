"""What every segmenter has inside, whichever its backbone and decoder."""

import keras

from tf_advseg.base.checks import in_one_line
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


def check_outputs(model: keras.Model, where: str) -> None:
    """Raises `ValueError` unless a model's outputs are a segmenter's."""
    outputs = getattr(model, "output", None)  # A subclass may have none.
    if not isinstance(outputs, dict) or MAIN not in outputs:
        raise ValueError(
            f"Expected a segmenter in {where}, a functional model whose "
            f"outputs are a dict with {MAIN!r}; received a "
            f"{type(model).__name__}. Of an AdversarialSegmenter, save the "
            "`.segmenter`."
        )


def check_layers(model: keras.Model, where: str) -> None:
    """Raises `ValueError` unless a model makes logits of RGB images.

    A file may describe any network, and call its output `main`.
    """
    try:
        logits = low_resolution_logits(model)
        shapes = logits.input_shape, logits.output_shape
        ranks = [len(shape) for shape in shapes]
        fits = ranks == [4, 4] and shapes[0][-1] == 3
    except Exception as error:  # Of a network of another kind: many kinds.
        raise ValueError(
            f"The network in {where!r} has no logits `{MAIN}_logits`: "
            f"{in_one_line(error)}"
        ) from error
    if not fits:
        raise ValueError(
            f"The network in {where!r} makes {shapes[1]} of {shapes[0]}; "
            "expected logits (B, h, w, C) of images (B, H, W, 3)."
        )
