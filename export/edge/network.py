"""Runs a deployed .tflite: RGB in, classes and entropies out."""

from __future__ import annotations

import dataclasses

import numpy as np

from .artefact import Artefact
from .errors import EdgeError


@dataclasses.dataclass(frozen=True, eq=False)
class Prediction:
    """What the network says about one image of its own size.

    Args:
        classes: Train ids, uint8 `(H, W)`.
        entropy: Normalised entropy x 255, uint8 `(h, w)`: at the network's
            low resolution, corners aligned with the image's.
    """

    classes: np.ndarray
    entropy: np.ndarray


class Network:
    """The interpreter of one artefact.

    Args:
        artefact: From `read_artefact`.
        threads: How many threads an inference uses.

    Raises:
        EdgeError: If LiteRT is missing or cannot load the file, or the
            tensors are not those of the deployed format.
    """

    def __init__(self, artefact: Artefact, threads: int = 2):
        self._size = artefact.size
        self._name = str(artefact.path)
        interpreter = _interpreter(artefact, threads)
        try:
            self._run = interpreter.get_signature_runner()
        except ValueError as error:
            raise EdgeError(_not_ours(artefact, str(error))) from error
        inputs = self._run.get_input_details()
        outputs = self._run.get_output_details()
        _check_tensor(artefact, inputs, "image", (1, *self._size, 3))
        _check_tensor(artefact, outputs, "classes", (1, *self._size))
        _check_tensor(artefact, outputs, "entropy", None)

    def predict(self, image: np.ndarray) -> Prediction:
        """Returns the prediction of an RGB image, uint8 `(H, W, 3)`.

        Raises:
            EdgeError: If the image has another shape or type.
        """
        expected = (*self._size, 3)
        if image.shape != expected or image.dtype != np.uint8:
            raise EdgeError(
                f"The network takes uint8 images of shape {expected}; received "
                f"{image.dtype} of shape {image.shape}."
            )
        try:
            result = self._run(image=image[None])
        except (ValueError, RuntimeError) as error:
            raise EdgeError(
                f"LiteRT cannot run {self._name!r}: {_line(error)}. Copy the "
                "file again, or export the model again."
            ) from error
        return Prediction(result["classes"][0], result["entropy"][0])


def _interpreter(artefact, threads):
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise EdgeError(
            f"LiteRT cannot be imported ({error}); install it with `python -m "
            "pip install ai-edge-litert numpy pillow`."
        ) from error
    try:
        interpreter = Interpreter(str(artefact.path), num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise EdgeError(
            f"LiteRT cannot load {str(artefact.path)!r}: {_line(error)}. Copy "
            "the file again, or update ai-edge-litert."
        ) from error
    return interpreter


def _check_tensor(artefact, details, name, shape):
    if name not in details:
        reason = f"it has no tensor {name!r} but {', '.join(details)}"
        raise EdgeError(_not_ours(artefact, reason))
    detail = details[name]
    found = tuple(int(length) for length in detail["shape"])
    wrong_rank = shape is None and (len(found) != 3 or found[0] != 1)
    wrong_shape = shape is not None and found != shape
    if detail["dtype"] != np.uint8 or wrong_rank or wrong_shape:
        kind = np.dtype(detail["dtype"]).name
        wanted = shape or "(1, h, w)"
        reason = f"{name!r} is {kind} {found}, expected uint8 {wanted}"
        raise EdgeError(_not_ours(artefact, reason))


def _not_ours(artefact, reason):
    return (
        f"The tensors of {str(artefact.path)!r} are not those of a segmenter "
        f"exported by tf_advseg: {reason}."
    )


def _line(error):
    """The first line of an error, without its full stop."""
    return str(error).strip().split("\n")[0].rstrip(".")
