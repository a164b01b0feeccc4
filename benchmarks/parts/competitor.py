"""A process that does one piece of work a line, when it is its turn.

Competitors wait for one another: a round gives each a turn, so that whatever
else the machine does hits all alike.
"""

import json
import statistics
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.parts.processes import memory_peak

PAUSE = 0.3
"""Seconds between turns: threads of the one before must have gone to sleep."""


class Competitor:
    """Starts a process, which first says `ready` or, in JSON, facts.

    Args:
        name: For the table.
        command: The process: an answer in milliseconds for each line.
        megabytes: Of the file that it runs, if that is of interest.

    Attributes:
        milliseconds: One number a turn.
        facts: What it said when it was ready.
    """

    def __init__(self, name: str, command: Sequence[str], megabytes: float = 0):
        self.name = name
        self.megabytes = megabytes
        self.milliseconds: list[float] = []
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        first = self._read()
        self.facts: dict[str, Any] = (
            json.loads(first) if first.startswith("{") else {}
        )

    def take_turn(self) -> None:
        """Does its work once."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.milliseconds.append(float(self._read()))
        time.sleep(PAUSE)

    @property
    def peak_mb(self) -> int:
        """The most memory that it has had till now."""
        return memory_peak(self._process.pid)

    def stop(self) -> None:
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait()

    @property
    def median(self) -> float:
        """Of its milliseconds."""
        return statistics.median(self.milliseconds)

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended; its error is above.")
        return line


def race(competitors: Sequence[Competitor], rounds: int) -> list[int]:
    """Gives each a turn a round, then ends all; their peaks of memory, MB."""
    for _ in range(rounds):
        for one in competitors:
            one.take_turn()
    peaks = [one.peak_mb for one in competitors]
    for one in competitors:
        one.stop()
    return peaks


def ratio_told(ours: Competitor, theirs: Competitor) -> str:
    """How many times faster ours is: the rounds' median, lowest and highest."""
    pairs = zip(theirs.milliseconds, ours.milliseconds, strict=True)
    ratios = [their / our for their, our in pairs]
    middle = statistics.median(ratios)
    return f"{middle:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
