"""Whole states of moments when all was well, to go back to."""

from pathlib import Path

import keras
import tensorflow as tf

from tf_advseg.callbacks.checkpoints import restore
from tf_advseg.callbacks.checkpoints import save_state
from tf_advseg.callbacks.weight_average import WeightAverage
from tf_advseg.health.record import Record


class HealthyStates(keras.callbacks.Callback):
    """Saves the state at the start and, while no alarm is on, now and then.

    Args:
        folder: Where states go; three are kept.
        every: Steps between states.
        record: Knows whether all is well.
        average: The running average of the weights, if there is one.
    """

    def __init__(
        self,
        folder: Path,
        every: int,
        record: Record,
        average: WeightAverage | None = None,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.every = every
        self.record = record
        self.average = average

    def due(self, step: int) -> bool:
        return step % self.every == 0

    def on_train_begin(self, logs=None):
        if not self._saved():
            self._save(self.params["first_step"])

    def on_train_batch_end(self, batch, logs=None):
        if self.due(batch) and self.record.is_healthy:
            self._save(batch)

    def restore(self, before: int) -> int:
        """Restores the newest state of at most step `before`, or else the
        oldest one, and forgets those after it; returns its step."""
        saved = self._saved()
        steps = [step for step in saved if step <= before] or [min(saved)]
        step = max(steps)
        for later in (later for later in saved if later > step):
            for path in self.folder.glob(f"ckpt-{later}.*"):
                path.unlink()
        return restore(self.model, saved[step], self.average)

    def _save(self, step):
        save_state(self.model, self.folder, step, self.average, max_to_keep=3)

    def _saved(self) -> dict[int, str]:
        """Paths by step, of those whose files are there."""
        state = tf.train.get_checkpoint_state(str(self.folder))
        paths = state.all_model_checkpoint_paths if state else []
        return {
            int(path.rpartition("-")[2]): path
            for path in paths
            if Path(f"{path}.index").exists()
        }
