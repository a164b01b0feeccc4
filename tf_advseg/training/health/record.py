"""What was alarmed and rolled back in a run, as alarms.json has it."""

import json
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.training.health.ranges import RANGES
from tf_advseg.training.health.rules import Alarm
from tf_advseg.training.health.rules import Look
from tf_advseg.training.health.rules import alarms


class Record:
    """Alarms by step, roll-backs, and which alarms are still going on.

    An alarm is recorded when it begins, and again only after the number was
    healthy in between.

    Args:
        prior: Share of each class in the source's labels, by name.

    Attributes:
        alarms: JSON values, in order.
        rollbacks: The same.
        pending: Whether the last alarm waits for a roll-back.
    """

    def __init__(self, prior: Mapping[str, float]):
        self.prior = dict(prior)
        self.alarms: list[dict[str, Any]] = []
        self.rollbacks: list[dict[str, Any]] = []
        self.pending = False
        self._looks: list[Look] = []
        self._ongoing: set[tuple] = set()

    @property
    def is_healthy(self) -> bool:
        """Whether no alarm is going on."""
        return not self._ongoing

    def look(self, step: int, numbers: Look) -> list[Alarm]:
        """Judges one more look; returns the alarms that begin with it."""
        begun = self._judge(numbers)
        for alarm in begun:
            self.add(step, alarm)
        return begun

    def add(self, step: int, alarm: Alarm) -> None:
        """Records an alarm that begins."""
        self.alarms.append(
            {**vars(alarm), "step": step, "healthy": list(alarm.healthy)}
        )

    def replay(self, looks: Sequence[Look]) -> None:
        """Takes the looks of a run that goes on; their alarms are known."""
        self._looks, self._ongoing = [], set()
        for numbers in looks:
            self._judge(numbers)

    def _judge(self, numbers):
        self._looks.append(numbers)
        found = {(a.kind, a.level): a for a in alarms(self._looks, self.prior)}
        begun = [a for key, a in found.items() if key not in self._ongoing]
        self._ongoing = set(found)
        return begun

    def state(self) -> str:
        """Everything but the looks, as text for a checkpoint."""
        return json.dumps([self.alarms, self.rollbacks, self.pending])

    def restore(self, state: str) -> None:
        """Takes what `state` gave."""
        self.alarms, self.rollbacks, self.pending = json.loads(state)

    def to_dict(self) -> dict[str, Any]:
        """The value of alarms.json."""
        return {
            "format": 1,
            "alarms": self.alarms,
            "rollbacks": self.rollbacks,
            "ranges": {name: [r.low, r.high] for name, r in RANGES.items()},
        }
