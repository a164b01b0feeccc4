"""A `.tflite` artefact as a function of an image; needs no TensorFlow."""

from pathlib import Path

import numpy as np
from ai_edge_litert import interpreter as litert

from tf_advseg.export.artefacts.quiet import quietly
from tf_advseg.export.formats.format import MOST_ENTROPY
from tf_advseg.export.formats.format import SIGNATURE


class TFLiteRuntime:
    """An artefact in LiteRT's interpreter.

    Args:
        path: The file.
        num_threads: Of the interpreter.

    Attributes:
        size: (H, W) of its images.
    """

    def __init__(self, path: str | Path, num_threads: int = 2):
        self._interpreter = litert.Interpreter(
            str(path), num_threads=num_threads
        )
        with quietly():
            self._interpreter.allocate_tensors()
        self._run = self._interpreter.get_signature_runner(SIGNATURE)
        (image,) = self._run.get_input_details().values()
        self.size = tuple(int(side) for side in image["shape"][1:3])

    def __call__(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From uint8 `(H, W, 3)` to classes `(H, W)`, entropy `(h, w)`."""
        found = self._run(image=image[np.newaxis])
        entropy = found["entropy"][0].astype(np.float32) / MOST_ENTROPY
        return found["classes"][0], entropy

    def classes(self, image: np.ndarray) -> np.ndarray:
        """From uint8 `(H, W, 3)` to classes `(H, W)`."""
        return self(image)[0]
