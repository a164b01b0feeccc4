"""A command in a terminal of its own, and what it writes there when.

The terminal is a pseudo-terminal of the standard library, so that a program
cannot tell it from a person's.
"""

import contextlib
import dataclasses
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HIDDEN_CURSOR = "\x1b[?25l"


@dataclasses.dataclass
class Seen:
    """What a terminal was sent.

    Attributes:
        status: The command's exit status; negative: the signal's number.
        raw: All text, with what moves the cursor and colours.
        moments: Seconds since the start, the command's own seconds of
            processor, and the text up to then without those.
        is_sane: Whether the terminal's settings are what they were.
    """

    status: int
    raw: str
    moments: list[tuple[float, float, str]]
    is_sane: bool

    @property
    def text(self) -> str:
        """All text, without what moves the cursor and colours."""
        return plain(self.raw)

    def first(self, pattern: str) -> tuple[float, float] | None:
        """Returns (seconds, seconds of processor) when a text was there."""
        for seconds, busy, text in self.moments:
            if re.search(pattern, text):
                return seconds, busy
        return None


def watch(
    command: Sequence[str],
    *,
    size: tuple[int, int] = (30, 100),
    environment: Mapping[str, str] | None = None,
    folder: str | Path | None = None,
    act: Callable[[str, subprocess.Popen], None] = lambda text, process: None,
    limit: float = 600.0,
) -> Seen:
    """Runs a command to its end.

    Args:
        command: Words.
        size: (rows, columns) of the terminal.
        environment: Variables, beside those that there are.
        folder: The working directory.
        act: Called with all text so far after each piece, and the process.
        limit: Seconds until it is killed.
    """
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    before = termios.tcgetattr(its)
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=its,
        stdout=its,
        stderr=its,
        cwd=folder,
        env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
        start_new_session=True,
    )
    data, moments = b"", []
    try:
        while True:
            if time.monotonic() - start > limit:
                process.kill()
            if select.select([ours], [], [], 0.2)[0]:
                data += os.read(ours, 65536)
                text = data.decode("utf-8", "replace")
                seconds = time.monotonic() - start
                moments.append((seconds, _busy(process.pid), plain(text)))
                act(text, process)
            elif process.poll() is not None:
                break
        is_sane = termios.tcgetattr(its) == before
    finally:
        if process.poll() is None:
            process.kill()
        status = process.wait()
        os.close(ours)
        os.close(its)
    return Seen(status, data.decode("utf-8", "replace"), moments, is_sane)


def plain(text: str) -> str:
    """Text without what moves the cursor and colours."""
    return _MOVES.sub("", text).replace("\r\n", "\n")


def interrupt_at(
    pattern: str, number: signal.Signals = signal.SIGINT
) -> Callable[[str, subprocess.Popen], None]:
    """Returns what sends a signal once a text is there; for `watch`."""
    sent = []

    def act(text, process):
        if not sent and re.search(pattern, plain(text)):
            sent.append(number)
            process.send_signal(number)

    return act


def _busy(process: int) -> float:
    """Seconds of processor that a process has had; 0 where nobody says."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return 0.0
