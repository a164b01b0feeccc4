"""Progress: lines for a log file, a bar for who watches a terminal."""

import time
from collections.abc import Callable
from collections.abc import Mapping

import keras

from tf_advseg.base.progress import duration
from tf_advseg.base.terminal.bar import Bar
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
        shown = _losses(logs)
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


class ProgressBar(keras.callbacks.Callback):
    """Moves a bar at each step; says at the end how long that took.

    Args:
        bar: It is drawn while the loop runs.
        write: Where the line at the end goes.
        clock: Returns seconds.
    """

    def __init__(
        self,
        bar: Bar,
        write: Callable[[str], None] = print,
        clock: Callable[[], float] = time.monotonic,
    ):
        super().__init__()
        self.bar = bar
        self.write = write
        self.clock = clock
        self.start: tuple[int, float] | None = None

    def on_train_batch_begin(self, batch, logs=None):
        if self.start is None:
            self.start = self.bar.done, self.clock()
            self.bar.start()

    def on_train_batch_end(self, batch, logs=None):
        self.bar.numbers = _losses(logs) or self.bar.numbers
        self.bar.move(batch)

    def on_train_end(self, logs=None):
        if self.start is None:  # There was no step to make.
            return
        self.bar.stop()
        first, since = self.start
        seconds = duration(self.clock() - since)
        self.write(
            f"{self.bar.label}: {self.bar.done - first} steps in {seconds}"
        )

    def on_evaluation(self, step: int, numbers: Mapping[str, float]) -> None:
        """Shows the last score."""
        found = "  ".join(f"{k} {v:.2f}" for k, v in numbers.items())
        self.bar.notes["last score"] = f"{found}  (step {step})"

    def on_scores(self, step: int, numbers: Mapping[str, float]) -> None:
        """Shows the last label-free scores of the weights themselves."""
        prefix = "selection/"
        found = "  ".join(
            f"{name.removeprefix(prefix)} {value:.3g}"
            for name, value in numbers.items()
            if name.startswith(prefix)
        )
        self.bar.notes["label-free scores"] = f"{found}  (step {step})"


def _losses(logs: Mapping[str, float] | None) -> dict[str, float]:
    """What is shown of a step's logs; health has alarms of its own."""
    return {
        name: value
        for name, value in (logs or {}).items()
        if not name.startswith(PREFIX)
    }
