"""Ctrl-C ends the step in hand, saves, and leaves in good order."""

import signal
from collections.abc import Callable

import keras


class StopOnInterrupt(keras.callbacks.Callback):
    """Turns the first Ctrl-C into `stop_training`; the second one kills.

    It must come before all other callbacks: whether to stop is decided once
    a loop, so that those after it, and all workers, see the same.

    Args:
        write: Where messages go.
        agree: Whether any worker was interrupted, from whether this one was.

    Attributes:
        interrupted: Whether Ctrl-C was pressed, here or on another worker.
    """

    def __init__(self, write=print, agree: Callable[[bool], bool] = bool):
        super().__init__()
        self.write = write
        self.agree = agree
        self.interrupted = False
        self._asked = False
        self._previous = None

    def due(self, step: int) -> bool:
        return False

    def on_train_begin(self, logs=None):
        self._previous = signal.signal(signal.SIGINT, self._stop)

    def on_train_end(self, logs=None):
        signal.signal(signal.SIGINT, self._previous)

    def on_train_batch_end(self, batch, logs=None):
        self.settle()
        if self.interrupted:
            self.model.stop_training = True

    def settle(self) -> None:
        """Decides, with all workers, whether the run is interrupted."""
        self.interrupted = self.interrupted or self.agree(self._asked)

    def _stop(self, number, frame):
        del number, frame
        self._asked = True
        signal.signal(signal.SIGINT, self._previous)
        self.write("Interrupted: finishing this step, then saving.")
