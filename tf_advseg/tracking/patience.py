"""A tracker that cannot be reached costs training a line of text, no more.

The first error is told. Numbers wait and are sent again, seldom: each try may
take as long as a time-out. What is missing in the end is told once more.
"""

import time
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tf_advseg.base.checks import in_one_line
from tf_advseg.tracking.tracker import Number
from tf_advseg.tracking.tracker import Story
from tf_advseg.tracking.tracker import Tracker

FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0
"""Seconds without a try after an error; doubled each time, up to the second."""


class PatientTracker:
    """One tracker, whose errors end nothing once its run has begun.

    Args:
        tracker: It.
        write: Where sentences go.
        clock: Returns seconds.

    Attributes:
        title: What people call it.
    """

    def __init__(
        self,
        tracker: Tracker,
        write: Callable[[str], None] = print,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.title = tracker.title
        self._tracker = tracker
        self._write = write
        self._clock = clock
        self._waiting: list[Number] = []
        self._lost: list[str] = []
        self._pause = FIRST_PAUSE
        self._next_try = -float("inf")
        self._has_warned = False

    def begin(self, story: Story) -> None:
        """Begins; here errors are errors, since nothing is trained yet."""
        begun = self._tracker.begin(story)
        for sentence in begun.sentences:
            self._write(sentence)
        self._waiting += begun.owed
        self._send()

    def numbers(self, step: int, numbers: Mapping[str, float]) -> None:
        """Sends the numbers of a step, now or later."""
        self._waiting += [
            Number(step, name, float(value), _now())
            for name, value in numbers.items()
        ]
        self._send()

    def picture(self, step: int, name: str, picture: np.ndarray) -> None:
        """Sends a picture now or never: many would fill the memory."""
        self._attempt(
            lambda: self._tracker.picture(step, name, picture),
            f"picture {name} of step {step}",
        )

    def end(self, state: str, files: list[tuple[Path, str]]) -> str:
        """Sends all that is left, and ends the tracked run.

        Returns:
            What was not sent, in words; "" if all was.
        """
        self._next_try = -float("inf")
        self._send()
        for path, inside in files:
            self._attempt(
                lambda p=path, i=inside: self._tracker.file(p, i), path.name
            )
        self._attempt(lambda: self._tracker.end(state), f"the state {state}")
        missing = list(self._lost)
        if self._waiting:
            missing.insert(0, f"{len(self._waiting)} numbers")
        return ", ".join(missing)

    def _send(self) -> None:
        while self._waiting and self._is_time():
            some = self._waiting[: self._tracker.most_numbers]
            if not self._try(lambda some=some: self._tracker.numbers(some)):
                return
            del self._waiting[: len(some)]

    def _attempt(self, send: Callable[[], None], what: str) -> None:
        if not (self._is_time() and self._try(send)):
            self._lost.append(what)

    def _is_time(self) -> bool:
        return self._clock() >= self._next_try

    def _try(self, send: Callable[[], None]) -> bool:
        try:
            send()
        except Exception as error:  # A server's, a library's, a network's.
            self._next_try = self._clock() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            if not self._has_warned:
                self._has_warned = True
                self._write(
                    f"WARNING: {self._tracker.title} cannot be told: "
                    f"{in_one_line(error)}. Training goes on; what is not sent "
                    "is tried again."
                )
            return False
        self._pause = FIRST_PAUSE
        return True


def _now() -> int:
    return int(1000 * time.time())
