"""The training loop: steps of any trainer under any strategy.

`model.fit` serves library users on one machine; the command line drives this
loop instead, since Keras 3.15's `fit` fails on several workers and knows no
step-exact position to resume from. It speaks to ordinary Keras callbacks.

Several steps can run in one call of the graph (`steps_per_loop`). A callback
then says when it must be called, by a method `due(step)`; one without it is
called after every step, which makes each loop one step long. What must happen
inside the graph after every update is a method `after_step(step)`.
"""

from collections.abc import Sequence

import keras
import tensorflow as tf

from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.files.faults import clean_data_errors
from tf_advseg.training.compiled_steps import CompiledSteps
from tf_advseg.training.health.numbers import PREFIX
from tf_advseg.training.log_means import LogMeans
from tf_advseg.training.log_means import LogState
from tf_advseg.training.log_means import check_finite
from tf_advseg.training.log_means import check_weights
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer
from tf_advseg.training.watcher import InGraph


def train(
    model: SegmenterTrainer,
    batches: tf.data.Dataset | tf.distribute.DistributedDataset,
    *,
    steps: int,
    first_step: int = 0,
    log_every: int = 20,
    health_every: int = 0,
    steps_per_loop: int = 1,
    strategy: tf.distribute.Strategy | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    faults: FaultLog | None = None,
    log_state: LogState | None = None,
) -> None:
    """Trains until `steps` updates have been made.

    Callbacks get `on_train_batch_end(step, logs)` after every loop, where
    `step` counts updates made, from 1. `logs` is empty but for every
    `log_every`-th step and the last, where it holds the mean of each loss
    since the previous time, and every `health_every`-th, where it holds
    those of the numbers `health/...`. `model.stop_training` ends the loop.

    Args:
        model: Compiled, in the strategy's scope.
        batches: Endless *global* batches, beginning with that of
            `first_step`; or what the strategy made of each worker's part.
        steps: Updates in all, those before `first_step` included.
        first_step: Updates already made.
        log_every: Steps between logs.
        health_every: Steps between logs of health, if the model was compiled
            to give any; 0: never.
        steps_per_loop: Most updates in one call of the graph.
        strategy: Default: the current one.
        callbacks: Keras callbacks.
        faults: The log given to the pipeline, for its clean errors.
        log_state: Holds what was not logged yet, for checkpoints.

    Raises:
        NonFiniteLoss: Names the loss, or the weight, that became NaN or
            infinite.
        DataError: If too many samples are corrupt.
    """
    in_use = strategy or tf.distribute.get_strategy()
    hooks = [c.after_step for c in callbacks if isinstance(c, InGraph)]
    losses = LogMeans(log_every, steps, lambda n: not n.startswith(PREFIX))
    health = LogMeans(
        health_every, steps, lambda n: n.startswith(PREFIX), finite_only=True
    )
    (log_state or LogState()).attach(losses, health)
    due = [losses.is_due, health.is_due, *map(_due, callbacks)]
    heard = keras.callbacks.CallbackList(list(callbacks), model=model)
    heard.set_params({"steps": steps, "first_step": first_step})
    compiled_steps = CompiledSteps(model, in_use, hooks)
    model.stop_training = False
    heard.on_train_begin()
    try:
        with clean_data_errors(faults or FaultLog()):
            if isinstance(batches, tf.data.Dataset):
                batches = in_use.experimental_distribute_dataset(batches)
            iterator = iter(batches)
            step = first_step
            while step < steps and not model.stop_training:
                heard.on_train_batch_begin(step + 1)
                last = min(step + steps_per_loop, steps)
                last = _first_due(due, step + 1, last)
                made = compiled_steps(iterator, step, last - step)
                step = last
                losses.add(made)
                health.add(made)
                logs = {}
                if losses.is_due(step):
                    logs = losses.take()
                    check_finite(logs, step)
                    check_weights(model.variables, step)
                if health.is_due(step):
                    logs |= health.take()
                heard.on_train_batch_end(step, logs)
    finally:
        heard.on_train_end()


def _due(callback: keras.callbacks.Callback):
    return getattr(callback, "due", lambda step: True)


def _first_due(due, first: int, last: int) -> int:
    """The first step at which someone waits, at most the last one."""
    steps = range(first, last)
    return next((s for s in steps if any(is_due(s) for is_due in due)), last)
