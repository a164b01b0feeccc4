"""Training steps as TensorFlow graphs, one a call or several."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence

import tensorflow as tf

from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer

Logs = dict[str, tf.Tensor]


def replicated_step(
    model: SegmenterTrainer, strategy: tf.distribute.Strategy
) -> Callable:
    """A compiled step on a distributed batch; returns replicas' mean logs."""

    # No control flow here depends on values: to convert half a thousand
    # functions by AutoGraph takes longer than to trace them.
    @tf.function(reduce_retracing=True, autograph=False)
    def train_on_batch(batch):
        logs = strategy.run(model.train_step, args=(batch,))
        return {
            name: strategy.reduce(tf.distribute.ReduceOp.MEAN, value, axis=None)
            for name, value in logs.items()
        }

    return train_on_batch


class CompiledSteps:
    """Makes updates, several in one call of the graph if asked to.

    Args:
        model: Compiled.
        strategy: Whose scope it was made in.
        hooks: Called after each update with the number of updates made, an
            int64 tensor; what they do becomes part of the graph.
    """

    def __init__(
        self,
        model: SegmenterTrainer,
        strategy: tf.distribute.Strategy,
        hooks: Sequence[Callable[[tf.Tensor], None]] = (),
    ):
        self._train_on_batch = replicated_step(model, strategy)
        self._hooks = list(hooks)
        self._several = tf.function(self._loop)

    def __call__(self, batches: Iterator, step: int, count: int) -> Logs:
        """Makes `count` updates after `step`; returns logs `(count,)`."""
        made = tf.constant(step, tf.int64)
        if count > 1:
            return self._several(batches, made, tf.constant(count))
        logs = self._one(batches, made)
        return {name: value[tf.newaxis] for name, value in logs.items()}

    def _one(self, batches, step):
        logs = self._train_on_batch(next(batches))
        for hook in self._hooks:
            hook(step + 1)
        return logs

    def _loop(self, batches, step, count):
        logs = self._one(batches, step)
        rows = {
            name: tf.TensorArray(value.dtype, count).write(0, value)
            for name, value in logs.items()
        }
        for index in tf.range(1, count):
            logs = self._one(batches, step + tf.cast(index, tf.int64))
            rows = {n: rows[n].write(index, logs[n]) for n in rows}
        return {name: row.stack() for name, row in rows.items()}
