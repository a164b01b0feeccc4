"""Whole states to resume from: networks, optimizers and the step."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from tf_advseg.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.callbacks.weight_average import WeightAverage


class Checkpoints(keras.callbacks.Callback):
    """Saves the whole state every `every` steps, at the end and on Ctrl-C.

    Nothing is saved after a failed step: a state with NaN in it must not
    replace a good one.

    Args:
        folder: Where checkpoints go; the newest two are kept.
        every: Steps between checkpoints.
        steps: Updates in all.
        average: The running average of the weights, if there is one.
        more: Other things that TensorFlow can track, by name.
    """

    def __init__(
        self,
        folder: Path,
        every: int,
        steps: int,
        average: WeightAverage | None = None,
        more: Mapping[str, Any] | None = None,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.every = every
        self.steps = steps
        self.average = average
        self.more = more
        self.saved_step = 0

    def due(self, step: int) -> bool:
        return step % self.every == 0 or step == self.steps

    def on_train_batch_end(self, batch, logs=None):
        if self.due(batch) or self.model.stop_training:
            save_state(self.model, self.folder, batch, self.average, self.more)
            self.saved_step = batch


def save_state(
    model: AdversarialSegmenter,
    folder: Path,
    step: int,
    average: WeightAverage | None = None,
    more: Mapping[str, Any] | None = None,
    max_to_keep: int = 2,
) -> None:
    """Saves a whole state; it becomes the newest one, whatever its step."""
    variable = tf.Variable(step, dtype=tf.int64)
    checkpoint = _checkpoint(model, variable, average, more)
    manager = tf.train.CheckpointManager(
        checkpoint, str(folder), max_to_keep=max_to_keep
    )
    manager.save(checkpoint_number=step)


def restore_newest(
    model: AdversarialSegmenter,
    folder: Path,
    average: WeightAverage | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Restores the newest checkpoint into a compiled model.

    Returns:
        The number of updates it holds; 0 if there is no checkpoint.

    Raises:
        ValueError: If it belongs to another network or optimizer.
    """
    newest = tf.train.latest_checkpoint(str(folder))
    if newest is None:
        return 0
    return restore(model, newest, average, more)


def restore(
    model: AdversarialSegmenter,
    path: str,
    average: WeightAverage | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Restores one checkpoint; otherwise as `restore_newest`."""
    step = tf.Variable(0, dtype=tf.int64)
    try:
        checkpoint = _checkpoint(model, step, average, more)
        checkpoint.restore(path).assert_existing_objects_matched()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        raise ValueError(
            f"The checkpoint {path} does not fit this network and "
            "optimizer; resume with the settings that it was trained with. "
            f"({str(error).splitlines()[0]})"
        ) from error
    return int(step.numpy())


def _checkpoint(model, step, average, more) -> tf.train.Checkpoint:
    parts = {**(more or {})}
    if average:
        parts["average"] = average.state
    return tf.train.Checkpoint(model=model, step=step, **parts)
