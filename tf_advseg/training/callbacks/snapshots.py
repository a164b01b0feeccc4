"""Models of several moments of a run, to choose among when it is over."""

from collections.abc import Callable
from pathlib import Path

import keras

from tf_advseg.training.callbacks.weight_average import WeightAverage


class Snapshots(keras.callbacks.Callback):
    """Saves the segmenter at `count` evenly spread steps, the last included.

    Each moment gives `step_000060.keras` and, if weights are averaged,
    `step_000060_ema.keras`.

    Args:
        save: Writes the segmenter's present weights to a path.
        folder: Where they go.
        count: How many moments; 0 saves none.
        steps: Updates in all.
        average: The running average of the weights, if there is one; it must
            come before this callback.
        also: One more moment; 0: none.
    """

    def __init__(
        self,
        save: Callable[[Path], None],
        folder: Path,
        count: int,
        steps: int,
        average: WeightAverage | None = None,
        also: int = 0,
    ):
        super().__init__()
        self.save = save
        self.folder = Path(folder)
        self.moments = moments(count, steps, also)
        self.average = average

    def due(self, step: int) -> bool:
        return step in self.moments

    def on_train_batch_end(self, batch, logs=None):
        if not self.due(batch):
            return
        self.save(self.folder / f"step_{batch:06d}.keras")
        if self.average:
            with self.average.applied():
                self.save(self.folder / f"step_{batch:06d}_ema.keras")


def moments(count: int, steps: int, also: int = 0) -> list[int]:
    """At most `count` evenly spread steps from 1 to `steps`, the last one
    included; and the step `also`, if it is one and there are any.

    >>> moments(3, 600)
    [200, 400, 600]
    >>> moments(3, 600, also=100)
    [100, 200, 400, 600]
    """
    found = {-(-steps * i // count) for i in range(1, count + 1)}
    return sorted(found | {also} if found and also else found)
