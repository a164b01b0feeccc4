"""How well the segmenter does on held-out images, while it trains."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager

from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.training.watcher import Watcher


class TargetEvaluation(Watcher):
    """Evaluates every `every` steps and at the end.

    An evaluation that a killed run owes, since its last checkpoint is of a
    step with one, is made when the run goes on.

    Args:
        evaluate: Returns named numbers (`miou/target`, say) of the model's
            present weights.
        every: Steps between evaluations; 0 evaluates only at the end.
        steps: Updates in all.
        listeners: Called with `(step, numbers)` after each evaluation.
        is_done: Whether the evaluation of a step was written down already.
        abandonable: A context that raises `Interrupted` to end an
            evaluation; the loop then ends at its step.
    """

    def __init__(
        self,
        evaluate: Callable[[], dict[str, float]],
        every: int,
        steps: int,
        listeners: list[Callable[[int, dict[str, float]], None]],
        is_done: Callable[[int], bool] = lambda step: True,
        abandonable: Callable[
            [], AbstractContextManager
        ] = contextlib.nullcontext,
    ):
        super().__init__()
        self.evaluate = evaluate
        self.every = every
        self.steps = steps
        self.listeners = listeners
        self.is_done = is_done
        self.abandonable = abandonable

    def due(self, step: int) -> bool:
        at_interval = self.every and step % self.every == 0
        return at_interval or step == self.steps

    def on_train_begin(self, logs=None):
        first = self.params["first_step"]
        if first and self.due(first) and not self.is_done(first):
            self._evaluate(first)

    def on_train_batch_end(self, batch, logs=None):
        if self.due(batch):
            self._evaluate(batch)

    def _evaluate(self, step):
        try:
            with self.abandonable():
                numbers = self.evaluate()
        except Interrupted:
            self.model.stop_training = True
            return
        for listener in self.listeners:
            listener(step, numbers)
