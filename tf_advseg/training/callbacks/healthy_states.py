"""Whole states of moments when all was well, to go back to."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.base.files.state_files import damage
from tf_advseg.training.callbacks.checkpoints import restore
from tf_advseg.training.callbacks.checkpoints import save_state
from tf_advseg.training.callbacks.weight_average import WeightAverage
from tf_advseg.training.health.record import Record
from tf_advseg.training.watcher import Watcher

KEPT = 3


class HealthyStates(Watcher):
    """Saves the state at the start and, while no alarm is on, now and then.

    Args:
        folder: Where states go; three are kept.
        every: Steps between states.
        record: Knows whether all is well.
        average: The running average of the weights, if there is one.
        write: Where sentences about damaged states go.
        before: Called with the step before each save; may refuse it.
        spared: A step whose state is made and kept beside them; 0: none.
    """

    def __init__(
        self,
        folder: Path,
        every: int,
        record: Record,
        average: WeightAverage | None = None,
        write: Callable[[str], None] = print,
        before: Callable[[int], None] = lambda step: None,
        spared: int = 0,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.every = every
        self.record = record
        self.average = average
        self.write = write
        self.before = before
        self.spared = spared
        self._files = StateFiles(folder, KEPT, spared)

    def due(self, step: int) -> bool:
        return step % self.every == 0 or bool(step and step == self.spared)

    def on_train_begin(self, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        self._files.remove_leftovers()
        # Of steps that a killed run made and this one will make again.
        self._forget_after(self.params["first_step"])
        if not self._files.states():
            self._save(self.params["first_step"])

    def on_train_batch_end(self, batch, logs=None):
        if self.due(batch) and self.record.is_healthy:
            self.before(batch)
            self._save(batch)

    def restore(self, before: int) -> int:
        """Restores the newest state of at most step `before`, or else the
        oldest one, and forgets those after it; returns its step.

        Raises:
            DamagedStates: If none is as it was written.
        """
        self._files.newest_sound(self.write)  # Sets damaged newer ones aside.
        sound = [s for s in self._files.states() if self._is_sound(s)]
        state = [s for s in sound if s.step <= before] or sound[:1]
        self._forget_after(state[-1].step)
        return restore(self.model, state[-1], self.average)

    def _is_sound(self, state):
        why = damage(state)
        if why is not None:
            self.write(f"The state {state.path} is damaged: {why}. Not used.")
        return why is None

    def _forget_after(self, step):
        for later in [s for s in self._files.states() if s.step > step]:
            self._files.remove(later)

    def _save(self, step):
        save_state(
            self.model, self.folder, step, self.average, None, KEPT, self.spared
        )
