"""The training loop: steps of `AdversarialSegmenter` under any strategy.

`model.fit` serves library users on one machine; the command line drives this
loop instead, since Keras 3.15's `fit` fails on several workers and knows no
step-exact position to resume from. It speaks to ordinary Keras callbacks.
"""

from collections.abc import Callable
from collections.abc import Sequence

import keras
import tensorflow as tf

from tf_advseg.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.datasets.faults import FaultLog
from tf_advseg.datasets.faults import clean_data_errors


class NonFiniteLoss(ArithmeticError):
    """A loss became NaN or infinite; training cannot recover from that."""


def train(
    model: AdversarialSegmenter,
    batches: tf.data.Dataset,
    *,
    steps: int,
    first_step: int = 0,
    log_every: int = 20,
    strategy: tf.distribute.Strategy | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    faults: FaultLog | None = None,
) -> None:
    """Trains until `steps` updates have been made.

    Callbacks get `on_train_batch_end(step, logs)` after every step, where
    `step` counts updates made, from 1. `logs` is empty but for every
    `log_every`-th step and the last, where it holds the mean of each loss
    since the previous time. `model.stop_training` ends the loop.

    Args:
        model: Compiled, in the strategy's scope.
        batches: Endless *global* batches, beginning with that of
            `first_step`.
        steps: Updates in all, those before `first_step` included.
        first_step: Updates already made.
        log_every: Steps between logs.
        strategy: Default: the current one.
        callbacks: Keras callbacks.
        faults: The log given to the pipeline, for its clean errors.

    Raises:
        NonFiniteLoss: Names the loss that became NaN or infinite.
        DataError: If too many samples are corrupt.
    """
    strategy = strategy or tf.distribute.get_strategy()
    callbacks = keras.callbacks.CallbackList(list(callbacks), model=model)
    callbacks.set_params({"steps": steps, "first_step": first_step})
    train_on_batch = replicated_step(model, strategy)
    pending: list[dict[str, tf.Tensor]] = []
    model.stop_training = False
    callbacks.on_train_begin()
    try:
        with clean_data_errors(faults or FaultLog()):
            iterator = iter(strategy.experimental_distribute_dataset(batches))
            for step in range(first_step + 1, steps + 1):
                callbacks.on_train_batch_begin(step)
                pending.append(train_on_batch(next(iterator)))
                logs = {}
                if step % log_every == 0 or step == steps:
                    logs = _mean_logs(pending, step)
                    pending = []
                callbacks.on_train_batch_end(step, logs)
                if model.stop_training:
                    break
    finally:
        callbacks.on_train_end()


def replicated_step(
    model: AdversarialSegmenter, strategy: tf.distribute.Strategy
) -> Callable:
    """A compiled step on a distributed batch; returns replicas' mean logs."""

    @tf.function(reduce_retracing=True)
    def train_on_batch(batch):
        logs = strategy.run(model.train_step, args=(batch,))
        return {
            name: strategy.reduce(tf.distribute.ReduceOp.MEAN, value, axis=None)
            for name, value in logs.items()
        }

    return train_on_batch


def _mean_logs(pending, step) -> dict[str, float]:
    """Means over the pending steps; raises `NonFiniteLoss` by name."""
    names = pending[0]
    logs = {
        name: float(
            tf.reduce_mean([tf.cast(p[name], tf.float64) for p in pending])
        )
        for name in names
    }
    broken = [
        name for name, value in logs.items() if not tf.math.is_finite(value)
    ]
    if broken:
        first = next((name for name in broken if name != "loss"), broken[0])
        raise NonFiniteLoss(
            f"The loss {first!r} became {logs[first]} at or shortly before "
            f"step {step}. Lower the learning rate or this loss's weight; the "
            "last checkpoint is from before."
        )
    return logs
