"""How well the segmenter does on held-out images, while it trains."""

from collections.abc import Callable

import keras


class TargetEvaluation(keras.callbacks.Callback):
    """Evaluates every `every` steps and at the end.

    Args:
        evaluate: Returns named numbers (`miou/target`, say) of the model's
            present weights.
        every: Steps between evaluations; 0 evaluates only at the end.
        steps: Updates in all.
        listeners: Called with `(step, numbers)` after each evaluation.
    """

    def __init__(
        self,
        evaluate: Callable[[], dict[str, float]],
        every: int,
        steps: int,
        listeners: list[Callable[[int, dict[str, float]], None]],
    ):
        super().__init__()
        self.evaluate = evaluate
        self.every = every
        self.steps = steps
        self.listeners = listeners

    def due(self, step: int) -> bool:
        at_interval = self.every and step % self.every == 0
        return at_interval or step == self.steps

    def on_train_batch_end(self, batch, logs=None):
        if self.due(batch):
            numbers = self.evaluate()
            for listener in self.listeners:
                listener(batch, numbers)
