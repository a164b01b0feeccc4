"""Processes that are measured, and can all be told to end."""

import dataclasses
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""What keeps TensorFlow in a process to one core."""


SILENCE = 3600.0
"""Seconds without a word, after which a process counts as hung."""
GRACE = 600.0
"""Seconds to save and end in."""
_FIRST_POLL, _POLL = 0.005, 0.1
"""Seconds between looks: they grow, so that a short life is seen, too."""


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes:
        status: Of its exit; minus the signal's number if one killed it.
        seconds: From its start to its end.
        peak_mb: The most memory that it had at once, in MB, to a tenth of a
            second before its end; 0 where there is no /proc.
    """

    status: int
    seconds: float
    peak_mb: int


class Processes:
    """Starts processes, from any thread, until it is told to stop.

    Args:
        silence: See `SILENCE`.
        grace: See `GRACE`.
    """

    def __init__(self, silence: float = SILENCE, grace: float = GRACE):
        self.is_stopped = False
        self._silence, self._grace = silence, grace
        self._running: set[subprocess.Popen] = set()
        self._mutex = threading.Lock()

    def run(self, command: Sequence[str], log: Path) -> Ended | None:
        """Runs a program to its end, with one thread; None once stopped.

        Args:
            command: The program and its arguments.
            log: The file that its words are added to.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        start = time.monotonic()
        log.touch()  # A life that begins now was not silent since the last.
        with open(log, "a", encoding="utf-8") as file:
            with self._mutex:
                if self.is_stopped:
                    return None
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    env={**os.environ, **ONE_THREAD},
                    # Ctrl-C is for this process; it passes it on by `stop`.
                    start_new_session=True,
                )
                self._running.add(process)
            status, peak_mb = self._wait(process, log)
            process.returncode = os.waitstatus_to_exitcode(status)
            with self._mutex:
                self._running.discard(process)
        seconds = time.monotonic() - start
        return Ended(process.returncode, seconds, peak_mb)

    def _wait(self, process: subprocess.Popen, log: Path):
        """Waits for the end; a process that hangs is killed, and told so."""
        told_to_end, peak_mb, pause = 0.0, 0, _FIRST_POLL
        while True:
            # Before it is waited for: then nothing of it is left.
            peak_mb = max(peak_mb, memory_peak(process.pid))
            pid, status = os.waitpid(process.pid, os.WNOHANG)
            if pid:
                return status, peak_mb
            silent = time.time() - log.stat().st_mtime
            if self.is_stopped and not told_to_end:
                told_to_end = time.monotonic()
            late = told_to_end and time.monotonic() - told_to_end > self._grace
            if late or silent > self._silence:
                process.kill()
                with open(log, "a", encoding="utf-8") as file:
                    file.write(f"\nkilled: silent for {silent / 60:.0f} min\n")
            time.sleep(pause)
            pause = min(1.3 * pause, _POLL)

    def stop(self) -> None:
        """Asks all that run to save and end, and starts no other."""
        with self._mutex:
            self.is_stopped = True
            for process in self._running:
                process.send_signal(signal.SIGTERM)


def memory_peak(pid: int) -> int:
    """MB that a running process has had at most; 0 if it has ended.

    `wait4` would tell it too, but counts what the process that made it had.
    """
    file = Path(f"/proc/{pid}/status")
    status = file.read_text(encoding="utf-8") if file.exists() else ""
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def stay_on(core: int | None) -> None:
    """Keeps this thread, and what it starts, to one core where that works."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def cores(count: int) -> list[int | None]:
    """One core for each of `count` workers; None where they cannot be had.

    Raises:
        ValueError: If there are fewer cores.
    """
    if not hasattr(os, "sched_getaffinity"):
        return [None] * count
    found = sorted(os.sched_getaffinity(0))
    if count > len(found):
        raise ValueError(
            f"--workers={count}, but this process may use {len(found)} cores; "
            f"give --workers={len(found)} or fewer."
        )
    return list(found[:count])
