"""Looks at the health of the game, alarms, and may end the loop."""

from collections.abc import Callable

import tensorflow as tf

from tf_advseg.training.health.numbers import PREFIX
from tf_advseg.training.health.record import Record
from tf_advseg.training.health.rules import Alarm
from tf_advseg.training.watcher import Watcher


class HealthWatch(Watcher):
    """Judges the numbers `health/...` whenever they are logged.

    Args:
        record: Of this run.
        on_alarm: `warn` prints and goes on; `rollback` ends the loop with
            `record.pending` set, as long as there were fewer than
            `max_rollbacks`; `stop` ends it.
        max_rollbacks: After them alarms only warn.
        saved: Called after each change of the record.
        write: Where messages go.

    Attributes:
        state: The record as a variable, for checkpoints.
        stopped: Whether an alarm ended the run for good.
    """

    def __init__(
        self,
        record: Record,
        on_alarm: str = "warn",
        max_rollbacks: int = 3,
        saved: Callable[[Record], None] = lambda record: None,
        write: Callable[[str], None] = print,
    ):
        super().__init__()
        self.record = record
        self.on_alarm = on_alarm
        self.max_rollbacks = max_rollbacks
        self.saved = saved
        self.write = write
        self.stopped = False
        self.state = tf.Variable(tf.constant(record.state()))

    def due(self, step: int) -> bool:
        return False  # Logs come when they come.

    def on_train_batch_end(self, batch, logs=None):
        numbers = {
            name: value
            for name, value in (logs or {}).items()
            if name.startswith(PREFIX)
        }
        if not numbers:
            return
        begun = self.record.look(batch, numbers)
        for alarm in begun:
            self._tell(batch, alarm)
        if begun:
            self._act()
            self.keep()

    def ring(self, step: int, alarm: Alarm) -> None:
        """Takes an alarm that begins from somebody else."""
        self.record.add(step, alarm)
        self._tell(step, alarm)
        self._act()
        self.keep()

    def _tell(self, step, alarm):
        self.write(f"ALARM at step {step}: {alarm.message}")

    def _act(self):
        if self.on_alarm == "stop":
            self.stopped = True
            self.model.stop_training = True
        if self.on_alarm == "rollback":
            if len(self.record.rollbacks) < self.max_rollbacks:
                self.record.pending = True
                self.model.stop_training = True
            else:
                self.write(
                    f"After {self.max_rollbacks} roll-backs the run goes on "
                    "as it is; give it other settings."
                )

    def keep(self) -> None:
        """Puts the record where checkpoints and people find it."""
        self.state.assign(self.record.state())
        self.saved(self.record)

    def restored(self, looks: list[dict[str, float]]) -> None:
        """Takes the record from the restored state, and its looks."""
        self.record.restore(tf.compat.as_str(self.state.numpy()))
        self.record.replay(looks)
        self.saved(self.record)
