"""Checks what a server answered and makes a prediction of it.

A server is another program, perhaps of another version: nothing that it
sends is taken for granted.
"""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from tf_advseg.export.client.encoding import EncodedImage
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.serving import signatures
from tf_advseg.prediction.stream import Prediction


def prediction(
    encoded: EncodedImage,
    answer: Mapping[str, Any],
    num_classes: int | None,
) -> tuple[Prediction, float]:
    """Returns the prediction of an image, and its mean entropy (0-1).

    Args:
        encoded: What was sent.
        answer: Outputs of the signature `png` or `scores`, of one image.
        num_classes: How many classes there are names for, if that is known.

    Raises:
        ServerError: If the answer does not fit the image or the classes.
    """
    size = encoded.image.shape[:2]
    if signatures.CLASS_MAP_PNG in answer:
        classes = _from_png(answer[signatures.CLASS_MAP_PNG], size)
        entropy = None
        mean = float(_array(answer[signatures.MEAN_ENTROPY], ()))
    else:
        classes = _array(answer[signatures.CLASSES])
        entropy = _array(answer[signatures.ENTROPY]).astype(np.float32)
        _check(entropy.shape == size, f"entropies of {entropy.shape}", size)
        mean = float(entropy.mean())
    _check(classes.shape == size, f"a class map of {classes.shape}", size)
    _check(classes.dtype == np.uint8, f"{classes.dtype} classes", "uint8")
    _check(0 <= mean <= 1.001, f"a mean entropy of {mean}", "0 to 1")
    largest = int(classes.max())
    if num_classes is not None and largest >= num_classes:
        raise ServerError(
            f"The server answered with the class id {largest}, but --classes "
            f"names only {num_classes}: it serves another model."
        )
    found = Prediction(encoded.name, encoded.image, classes, entropy)
    return found, mean


def _array(value: Any, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """A value as numbers; lists may be ragged, or hold anything."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "uif" or shape not in (None, array.shape):
            raise ValueError(f"{array.dtype} of shape {array.shape}")
        return array
    except (TypeError, ValueError, OverflowError) as error:
        raise ServerError(
            f"The server answered with no numbers: {error}. Is it our model?"
        ) from error


def _from_png(data: Any, size: tuple[int, ...]) -> np.ndarray:
    """Returns the grey values of a PNG file of `size`, uint8 `(H, W)`."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if picture.mode != "L":
                raise ValueError(f"its mode is {picture.mode}, not grey")
            # Before decoding: a small file may hold many pixels.
            if picture.size != size[::-1]:
                shape = picture.size[::-1]
                raise ValueError(f"a class map of {shape}, not {size}")
            return np.array(picture)
    except Exception as error:  # Decoders raise many kinds.
        raise ServerError(
            f"The server's class map is no grey PNG: {error}."
        ) from error


def _check(holds, received, expected):
    if not holds:
        raise ServerError(
            f"The server answered with {received}; expected {expected}. Is "
            "it our model?"
        )
