"""Ctrl-C ends the step in hand, saves, and leaves in good order."""

import signal

import keras


class StopOnInterrupt(keras.callbacks.Callback):
    """Turns the first Ctrl-C into `stop_training`; the second one kills.

    Attributes:
        interrupted: Whether Ctrl-C was pressed.
    """

    def __init__(self, write=print):
        super().__init__()
        self.write = write
        self.interrupted = False
        self._previous = None

    def due(self, step: int) -> bool:
        return False

    def on_train_begin(self, logs=None):
        self._previous = signal.signal(signal.SIGINT, self._stop)

    def on_train_end(self, logs=None):
        signal.signal(signal.SIGINT, self._previous)

    def _stop(self, number, frame):
        del number, frame
        self.interrupted = True
        self.model.stop_training = True
        signal.signal(signal.SIGINT, self._previous)
        self.write("Interrupted: finishing this step, then saving.")
