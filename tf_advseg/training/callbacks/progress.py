"""Progress in lines that read well in a terminal and in a log file."""

import time

import keras

from tf_advseg.base.progress import duration
from tf_advseg.training.health.numbers import PREFIX


class Progress(keras.callbacks.Callback):
    """Prints the step, its pace, the time left and the losses.

    Args:
        steps: Updates in all.
        first_step: Updates made before this run.
        label: Begins every line, the method's name say.
        write: Where lines go.
    """

    def __init__(self, steps, first_step=0, label="", write=print):
        super().__init__()
        self.steps = steps
        self.first_step = first_step
        self.label = label
        self.write = write
        self.last: tuple[int, float | None] = (first_step, None)

    def on_train_batch_begin(self, batch, logs=None):
        if self.last[1] is None:
            self.last = (self.last[0], time.monotonic())

    def due(self, step: int) -> bool:
        return False  # Logs come when they come.

    def on_train_batch_end(self, batch, logs=None):
        shown = {
            name: value
            for name, value in (logs or {}).items()
            if not name.startswith(PREFIX)
        }
        if not shown:
            return
        last_step, last_time = self.last
        assert last_time is not None  # Each step begins before it ends.
        now = time.monotonic()
        pace = (now - last_time) / (batch - last_step)
        self.last = (batch, now)
        left = duration((self.steps - batch) * pace)
        losses = "  ".join(
            f"{name} {value:.4g}" for name, value in shown.items()
        )
        self.write(
            f"{self.label} step {batch}/{self.steps}  {pace:.2f} s/step  "
            f"ETA {left}  {losses}"
        )
