"""A signal ends the loop after the step in hand, so that it is saved."""

import keras

from tf_advseg.interruption import Interruption


class StopOnInterrupt(keras.callbacks.Callback):
    """Turns a signal into `stop_training`.

    It comes first of all: those after it, checkpoints above all, then see
    `stop_training` in the same round, whenever the signal came.

    Until the first step is made, compiling included, there is nothing new to
    save, and a signal ends the program at once.

    Args:
        interruption: Its context is open.
    """

    def __init__(self, interruption: Interruption):
        super().__init__()
        self.interruption = interruption

    def due(self, step: int) -> bool:
        return False

    def on_train_batch_end(self, batch, logs=None):
        self.interruption.waits = True
        if self.interruption.status:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.interruption.waits = False
