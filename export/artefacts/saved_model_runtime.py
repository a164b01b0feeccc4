"""A SavedModel as a function of an image; needs nothing but TensorFlow."""

from pathlib import Path

import numpy as np
import tensorflow as tf


class SavedModelRuntime:
    """A SavedModel, loaded by TensorFlow.

    Args:
        folder: The SavedModel.
    """

    def __init__(self, folder: str | Path):
        self._model = tf.saved_model.load(str(folder))
        self._signatures = self._model.signatures

    def __call__(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From uint8 `(H, W, 3)` to classes and entropy, both `(H, W)`."""
        images = tf.constant(image[np.newaxis])
        found = self._signatures["scores"](image=images)
        return found["classes"][0].numpy(), found["entropy"][0].numpy()

    def classes(self, images: np.ndarray) -> np.ndarray:
        """From a batch, uint8 `(B, H, W, 3)`, to classes `(B, H, W)`."""
        found = self._signatures["uint8"](image=tf.constant(images))
        return found["classes"].numpy()

    def stages(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """What the network computes on the way, by stage."""
        images = tf.constant(image[np.newaxis])
        found = self._signatures["stages"](image=images)
        return {name: value.numpy() for name, value in found.items()}
