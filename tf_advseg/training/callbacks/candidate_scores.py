"""How good each snapshot is, without labels; and when to stop."""

from collections.abc import Callable

from tf_advseg.training.callbacks.snapshots import moments
from tf_advseg.training.watcher import Watcher


class CandidateScores(Watcher):
    """Scores at the moments of the snapshots.

    Args:
        score: Scores the present weights as those of a step; returns named
            numbers.
        count: How many moments, as of `Snapshots`, which comes before.
        steps: Updates in all.
        log: Called with `(step, numbers)`.
        is_over: Whether training should stop; asked after each moment.
        also: One more moment; 0: none.
        judge: Called with the step after each moment; may end the loop.
    """

    def __init__(
        self,
        score: Callable[[int], dict[str, float]],
        count: int,
        steps: int,
        log: Callable[[int, dict[str, float]], None],
        is_over: Callable[[], bool] = lambda: False,
        also: int = 0,
        judge: Callable[[int], None] = lambda step: None,
    ):
        super().__init__()
        self.score = score
        self.moments = moments(count, steps, also)
        self.log = log
        self.is_over = is_over
        self.judge = judge

    def due(self, step: int) -> bool:
        return step in self.moments

    def on_train_batch_end(self, batch, logs=None):
        if not self.due(batch):
            return
        self.log(batch, self.score(batch))
        self.judge(batch)
        if self.is_over():
            self.model.stop_training = True
