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
        every: Seconds between lines at least, but for the first and the last.
        clock: Returns seconds.
    """

    def __init__(
        self,
        steps,
        first_step=0,
        label="",
        write=print,
        every=0.0,
        clock=time.monotonic,
    ):
        super().__init__()
        self.every = every
        self.clock = clock
        self.is_first = True
        self.steps = steps
        self.first_step = first_step
        self.label = label
        self.write = write
        self.last: tuple[int, float | None] = (first_step, None)

    def on_train_batch_begin(self, batch, logs=None):
        if self.last[1] is None:
            self.last = (self.last[0], self.clock())

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
        now = self.clock()
        if not self._is_time(batch, now - last_time):
            return
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

    def _is_time(self, step, seconds):
        is_time = self.is_first or step >= self.steps or seconds >= self.every
        self.is_first = False
        return is_time
