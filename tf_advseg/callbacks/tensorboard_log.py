"""Scalars, predictions and entropy maps for TensorBoard."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


class TensorBoardLog(keras.callbacks.Callback):
    """Writes TensorBoard's event files.

    Args:
        folder: Where event files go.
        pictures: Returns uint8 pictures `(H, W, 3)` by name, of the model's
            present weights; called at each evaluation.

    Raises:
        ImportError: If tensorboard is not installed; says how.
    """

    def __init__(
        self, folder: Path, pictures: Callable[[], dict[str, np.ndarray]]
    ):
        super().__init__()
        try:
            import tensorboard  # noqa: F401
        except ImportError as error:
            raise ImportError(
                "--tensorboard needs the package tensorboard: "
                "pip install 'tf-advseg[tensorboard]'."
            ) from error
        self.pictures = pictures
        self.writer = tf.summary.create_file_writer(str(folder))

    def due(self, step: int) -> bool:
        return False  # Logs come when they come.

    def on_train_batch_end(self, batch, logs=None):
        self.write(batch, logs or {})

    def on_evaluation(self, step: int, numbers: dict[str, float]) -> None:
        """A listener of `TargetEvaluation`."""
        self.write(step, numbers)
        with self.writer.as_default(step=step):
            for name, picture in self.pictures().items():
                tf.summary.image(name, picture[np.newaxis])

    def write(self, step: int, numbers: dict[str, float]) -> None:
        """Writes scalars of one step."""
        with self.writer.as_default(step=step):
            for name, value in numbers.items():
                tf.summary.scalar(name, value)

    def on_train_end(self, logs=None):
        self.writer.flush()
