"""Scalars, predictions and entropy maps for TensorBoard."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.base.files.atomic_file import atomic_path


class TensorBoardLog(keras.callbacks.Callback):
    """Writes TensorBoard's event files.

    Args:
        folder: Where event files go.
        pictures: Returns uint8 pictures `(H, W, 3)` by name, of the model's
            present weights; called at each evaluation.
        first_step: Updates made before; events after them are dropped.

    Raises:
        ImportError: If tensorboard is not installed; says how.
    """

    def __init__(
        self,
        folder: Path,
        pictures: Callable[[], dict[str, np.ndarray]],
        first_step: int = 0,
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
        for path in sorted(Path(folder).glob("events.out.tfevents.*")):
            _drop_after(path, first_step)
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
        self.writer.flush()

    def write(self, step: int, numbers: dict[str, float]) -> None:
        """Writes scalars of one step."""
        with self.writer.as_default(step=step):
            for name, value in numbers.items():
                tf.summary.scalar(name, value)
        # Whoever resumes from a checkpoint must find what came before it.
        self.writer.flush()

    def on_train_end(self, logs=None):
        self.writer.close()


def _drop_after(path: Path, step: int) -> None:
    """Drops events of steps that will be made again, and a torn last one."""
    with (
        atomic_path(path) as temporary,
        tf.io.TFRecordWriter(str(temporary)) as writer,
        contextlib.suppress(tf.errors.DataLossError),
    ):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            if event.step <= step:
                writer.write(bytes(record.numpy()))
