"""Whole states to resume from: networks, optimizers and the step."""

from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from tf_advseg.base.checks import in_one_line
from tf_advseg.base.files.state_files import State
from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.training.callbacks.weight_average import WeightAverage
from tf_advseg.training.log_means import check_weights
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer
from tf_advseg.training.watcher import Watcher

_MISFITS = (
    tf.errors.DataLossError,
    tf.errors.InternalError,
    tf.errors.InvalidArgumentError,
    tf.errors.NotFoundError,
    tf.errors.UnimplementedError,
    tf.errors.OpError,  # Itself: what is no table at all.
)


class Checkpoints(Watcher):
    """Saves the whole state every `every` steps, at the end and on Ctrl-C.

    Nothing is saved after a failed step: a state with NaN in it must not
    replace a good one. The callback may be in the list twice, before one
    that may fail and after one that may end the loop: it saves once a step.

    Args:
        folder: Where checkpoints go; the newest two are kept.
        every: Steps between checkpoints.
        steps: Updates in all.
        average: The running average of the weights, if there is one.
        more: Other things that TensorFlow can track, by name.
        before: Called with the step before each save. Makes sure of what a
            state must not get ahead of, or raises if it must not be kept.
    """

    def __init__(
        self,
        folder: Path,
        every: int,
        steps: int,
        average: WeightAverage | None = None,
        more: Mapping[str, Any] | None = None,
        before: Callable[[int], None] = lambda step: None,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.every = every
        self.steps = steps
        self.average = average
        self.more = more
        self.before = before
        self.saved_step = 0

    def due(self, step: int) -> bool:
        return step % self.every == 0 or step == self.steps

    def on_train_begin(self, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        StateFiles(self.folder).remove_leftovers()

    def on_train_batch_end(self, batch, logs=None):
        wanted = self.due(batch) or self.model.stop_training
        if wanted and self.saved_step != batch:
            self.before(batch)
            check_weights(self.model.variables, batch)
            save_state(self.model, self.folder, batch, self.average, self.more)
            self.saved_step = batch


def save_state(
    model: SegmenterTrainer,
    folder: Path,
    step: int,
    average: WeightAverage | None = None,
    more: Mapping[str, Any] | None = None,
    max_to_keep: int = 2,
    spared: int = 0,
) -> None:
    """Saves a whole state; it becomes the newest one, whatever its step.

    Raises:
        OSError, tf.errors.OpError: If it cannot be written; what was there
            stays.
    """
    variable = tf.Variable(tf.constant(step, tf.int64))
    checkpoint = _checkpoint(model, variable, average, more)
    StateFiles(folder, max_to_keep, spared).save(
        step, lambda prefix: checkpoint.write(str(prefix))
    )


def restore_newest(
    model: SegmenterTrainer,
    folder: Path,
    average: WeightAverage | None = None,
    more: Mapping[str, Any] | None = None,
    tell: Callable[[str], None] = print,
) -> int:
    """Restores the newest sound checkpoint into a compiled model.

    Args:
        model: Compiled.
        folder: Where checkpoints are.
        average: As it was saved.
        more: The same.
        tell: Told of each damaged checkpoint that is passed over.

    Returns:
        The number of updates it holds; 0 if there is no checkpoint.

    Raises:
        ValueError: If it belongs to another network or optimizer, or all are
            damaged.
    """
    newest = StateFiles(folder).newest_sound(tell)
    if newest is not None:
        return restore(model, newest, average, more)
    # From before states had manifests: TensorFlow's own bookkeeping.
    older = tf.train.latest_checkpoint(str(folder))
    if older is None:
        return 0
    return _restore(model, older, average, more)


def restore(
    model: SegmenterTrainer,
    state: State,
    average: WeightAverage | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Restores one checkpoint; otherwise as `restore_newest`."""
    return _restore(model, str(state.prefix), average, more)


def _restore(model, path, average, more) -> int:
    step = tf.Variable(tf.constant(0, tf.int64))
    try:
        checkpoint = _checkpoint(model, step, average, more)
        checkpoint.read(path).assert_existing_objects_matched()
    except (
        AssertionError,
        IndexError,
        ValueError,
        tf.errors.OpError,
    ) as error:
        if isinstance(error, tf.errors.OpError) and type(error) not in _MISFITS:
            raise  # The disk's or the memory's, which is another sentence.
        raise ValueError(
            f"The checkpoint {path} does not fit this network and "
            "optimizer; resume with the settings that it was trained with. "
            f"({in_one_line(error)})"
        ) from error
    return int(step.numpy())


def _checkpoint(model, step, average, more) -> tf.train.Checkpoint:
    parts = {**(more or {})}
    if average:
        parts["average"] = average.state
    # TensorFlow does not find the states of Keras' seed generators, those of
    # dropout say, by itself.
    counters = [
        variable.value
        for variable in model.variables
        if not variable.dtype.startswith(("float", "bfloat"))
    ]
    if counters:
        parts["counters"] = counters
    # Nor what discriminators keep beside their weights.
    kept = [
        variable.value
        for network in getattr(model, "discriminators", {}).values()
        for variable in network.non_trainable_variables
    ]
    if kept:
        parts["discriminators"] = kept
    return tf.train.Checkpoint(model=model, step=step, **parts)
