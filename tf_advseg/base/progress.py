"""A line of progress with the time that is left."""

import sys
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TextIO
from typing import TypeVar

Item = TypeVar("Item")


class Progress:
    """Counts items and says now and then how far it is.

    In a terminal one line is rewritten every second; in a log file a new
    line is written every `log_every` seconds.

    Args:
        total: How many items there will be, or None if that is not known.
        what: What is counted, in the plural ("images").
        stream: Where to write.
        log_every: Seconds between lines where `stream` is no terminal.
        clock: Returns seconds.
    """

    def __init__(
        self,
        total: int | None,
        what: str = "images",
        stream: TextIO | None = None,
        log_every: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.count = 0
        self._total = total
        self._what = what
        self._stream = stream or sys.stderr
        self._in_terminal = self._stream.isatty()
        self._every = 1.0 if self._in_terminal else log_every
        self._clock = clock
        self._start = self._last = clock()

    def advance(self) -> None:
        """Counts one more item."""
        self.count += 1
        if self._clock() - self._last >= self._every:
            self._last = self._clock()
            self._write("\r" if self._in_terminal else "", self.text())

    def finish(self) -> None:
        """Writes the last line."""
        seconds = self._clock() - self._start
        rate = self.count / seconds if seconds else 0.0
        text = (
            f"{self.count} {self._what} in {duration(seconds)}, "
            f"{rate:.2f} a second"
        )
        self._write("\r" if self._in_terminal else "", f"{text:<60}\n")

    def text(self) -> str:
        """Returns how far it is, how fast, and how long it will take."""
        seconds = self._clock() - self._start
        rate = self.count / seconds if seconds else 0.0
        if self._total is None:
            return f"{self.count} {self._what}, {rate:.2f} a second"
        share = 100 * self.count / max(self._total, 1)
        text = f"{self.count}/{self._total} {self._what} ({share:.0f} %)"
        if rate:
            left = max(self._total - self.count, 0) / rate
            text += f", {rate:.2f} a second, {duration(left)} left"
        return text

    def _write(self, before, text):
        end = "" if self._in_terminal or text.endswith("\n") else "\n"
        self._stream.write(f"{before}{text:<60}{end}")
        self._stream.flush()


def watched(items: Iterable[Item], progress: Progress | None) -> Iterator[Item]:
    """Yields the items and tells `progress`, if any, of each."""
    for item in items:
        yield item
        if progress is not None:
            progress.advance()
    if progress is not None:
        progress.finish()


def duration(seconds: float) -> str:
    """Returns a time for people.

    >>> duration(7.2), duration(125), duration(7384)
    ('7 s', '2 min 05 s', '2 h 03 min')
    """
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
