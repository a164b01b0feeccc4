"""A bar for who watches: how far, how fast, how long still, and numbers."""

import logging
import sys
import time
from collections.abc import Callable
from collections.abc import Mapping

import numpy as np
from rich.columns import Columns
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tf_advseg.base.progress import duration
from tf_advseg.base.terminal.console import Console

REFRESHES = 2
"""A second; what it costs is taken from training."""


class Bar:
    """Lines at the foot of a terminal; what is printed stands above them.

    Args:
        label: What is under way.
        total: Steps in all.
        done: Steps made before.
        console: Where to draw; by default on standard output.
        clock: Returns seconds.
    """

    def __init__(
        self,
        label: str,
        total: int,
        done: int = 0,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.label = label
        self.total = total
        self.done = done
        self.first: tuple[int, float] | None = None
        self.last: tuple[int, float] | None = None
        self.numbers: Mapping[str, float] = {}
        self.notes: dict[str, str] = {}
        self._console = console or Console()
        self._clock = clock
        self._start = clock()
        self._handlers: list[logging.StreamHandler] = []
        self._live = Live(
            console=self._console,
            get_renderable=lambda: self,
            refresh_per_second=REFRESHES,
            transient=True,
            redirect_stderr=sys.stderr.isatty(),
        )

    def start(self) -> None:
        """Draws it; from now on what is printed goes above it."""
        self._start = self._clock()
        was = sys.stderr
        self._live.start(refresh=True)
        # Warnings, too: their handlers have the stream of before.
        for handler in logging.getLogger().handlers:
            is_ours = isinstance(handler, logging.StreamHandler)
            if is_ours and handler.stream is was:
                handler.setStream(sys.stderr)
                self._handlers.append(handler)

    def stop(self) -> None:
        """Takes it away."""
        self._live.stop()
        for handler in self._handlers:
            handler.setStream(sys.stderr)
        self._handlers = []

    def move(self, done: int) -> None:
        """Tells how many steps are made."""
        self.done = done
        self.last = done, self._clock()
        if self.first is None:
            # Of the first one most is compiling: no rate counts it.
            self.first = self.last
            self._live.refresh()

    @property
    def pace(self) -> float | None:
        """Seconds a step, without the first; None before the second."""
        if self.first is None or self.last is None:
            return None
        steps, seconds = np.subtract(self.last, self.first)
        return float(seconds / steps) if steps else None

    def text(self) -> str:
        """How fast it is, and how long it will take."""
        if self.first is None:
            seconds = duration(self._clock() - self._start)
            return f"compiling the first step, {seconds}"
        pace = self.pace
        if not pace:
            return ""
        fast = pace < 1
        rate = f"{1 / pace:.1f} steps/s" if fast else f"{pace:.1f} s/step"
        return f"{rate}  ETA {duration((self.total - self.done) * pace)}"

    def __rich__(self) -> Group:
        line = Table.grid(padding=(0, 2))
        line.add_column(no_wrap=True)
        line.add_column(no_wrap=True)
        line.add_column(no_wrap=True)
        line.add_column(no_wrap=True)
        line.add_row(
            Text(self.label, "bold"),
            ProgressBar(total=self.total, completed=self.done, width=24),
            f"{self.done}/{self.total}",
            Text(self.text(), "cyan"),
        )
        shown = [
            Text(f"{name} {value:.4g}") for name, value in self.numbers.items()
        ]
        notes = [
            Text(f"{title}: {note}", no_wrap=False)
            for title, note in self.notes.items()
        ]
        numbers = [Columns(shown, padding=(0, 2))] if shown else []
        return Group(line, *numbers, *notes)
