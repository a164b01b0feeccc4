"""One trial: `tf_advseg train` in a process of its own, watched.

In a process of its own a trial that needs too much memory ends alone, and
what TensorFlow keeps of one model is not in the way of the next.
"""

import enum
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

SIGNALLED = 128
"""Exit statuses above it name the signal that ended a process."""
_LAST_BYTES = 20_000


class Outcome(enum.Enum):
    """How a run ended."""

    DONE = "done"
    PRUNED = "ended early"
    KILLED = "killed"
    FAILED = "failed"


def run(
    arguments: Sequence[str],
    log: Path,
    is_hopeless: Callable[[], bool],
    seconds: float = 1.0,
) -> tuple[Outcome, int]:
    """Runs a command of this package to its end.

    Args:
        arguments: The command and its flags.
        log: The file that its words are added to.
        is_hopeless: Asked now and then; True ends it, saved.
        seconds: Between two such questions.

    Returns:
        How it ended, and the exit status. Whatever ends the wait, Ctrl-C
        say, ends the run first.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tf_advseg", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            # Ctrl-C is for this process, which passes one signal on: a second
            # would end the run at once, unsaved.
            start_new_session=True,
        )
        pruned = False
        try:
            while process.poll() is None:
                if not pruned and is_hopeless():
                    pruned = True
                    process.terminate()
                time.sleep(seconds)
        except BaseException:
            if process.poll() is None:
                if not pruned:
                    process.terminate()
                process.wait()
            raise
    return _outcome(process.returncode, pruned), process.returncode


def _outcome(status: int, pruned: bool) -> Outcome:
    if status == 0:
        return Outcome.DONE
    if status < 0 or status > SIGNALLED:
        return Outcome.PRUNED if pruned else Outcome.KILLED
    return Outcome.FAILED


def last_words(log: Path) -> str:
    """The last line that a run printed, an error's sentence say."""
    with open(log, "rb") as file:
        file.seek(max(0, log.stat().st_size - _LAST_BYTES))
        lines = file.read().decode("utf-8", "replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1].removeprefix("error: ") if said else ""
