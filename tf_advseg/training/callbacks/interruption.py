"""A signal ends the loop after the step in hand, so that it is saved."""

from collections.abc import Callable

from tf_advseg.base.process.interruption import Interruption
from tf_advseg.training.watcher import Watcher


class StopOnInterrupt(Watcher):
    """Turns a signal into `stop_training`.

    It comes first of all: those after it, checkpoints above all, and all
    workers then see `stop_training` in the same round, whenever and wherever
    the signal came.

    Until the first step is made, compiling included, there is nothing new to
    save, and a signal ends the program at once.

    Args:
        interruption: Its context is open.
        agree: As in `Interruption.came`.
    """

    def __init__(
        self, interruption: Interruption, agree: Callable[[int], int] = int
    ):
        super().__init__()
        self.interruption = interruption
        self.agree = agree

    def due(self, step: int) -> bool:
        return False

    def on_train_batch_end(self, batch, logs=None):
        self.interruption.waits = True
        if self.interruption.came(self.agree):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.interruption.waits = False
