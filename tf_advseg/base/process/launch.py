"""How every command runs, fails and is stopped: one sentence each time."""

import contextlib
import faulthandler
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable

from tf_advseg.base.files import claims
from tf_advseg.base.process.allocator import keep_freed_memory
from tf_advseg.base.process.fault_text import Fault
from tf_advseg.base.process.fault_text import explain
from tf_advseg.base.process.interruption import SIGNALS
from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.base.process.interruption import Interruption
from tf_advseg.base.process.quiet_tensorflow import import_quietly
from tf_advseg.base.terminal.watching import saying

USER_ERROR = 1
USER_ERRORS = (ValueError, ArithmeticError, OSError, ImportError, Fault)


def launch(
    prepare: Callable[[], Callable[[], int | None]], tensorflow: bool = True
) -> int:
    """Prepares, imports TensorFlow, works; returns the exit status.

    What the user can mend (`ValueError`, `DataError`, missing files, missing
    packages, a loss that became NaN, a full disk, too little memory) ends
    with one sentence on standard error and exit status 1; anything else is a
    bug and shows its traceback, as does everything where
    TF_ADVSEG_TRACEBACK is set. Ctrl-C and SIGTERM end it with one sentence
    and 128 plus the signal's number.

    Args:
        prepare: Returns the work; what it raises is told at once.
        tensorflow: Whether the work needs TensorFlow.
    """
    # Nothing is said where the signal comes: standard error may be closed.
    interruption = Interruption(lambda text: None)
    try:
        with interruption:
            work = prepare()
            faulthandler.enable()
            logging.basicConfig(format="%(levelname)s: %(message)s")
            if tensorflow:
                keep_freed_memory()
                with saying("Loading TensorFlow ..."):
                    import_quietly()
            if interruption.status:
                raise Interrupted  # Some import took it for its own failure.
            return work() or 0
    except Interrupted as error:
        _let_go(error)
        print(_stopped(interruption.status), file=sys.stderr)
        return interruption.status
    except Exception as error:
        sentence = explain(error)
        is_known = sentence or isinstance(error, USER_ERRORS)
        if os.environ.get("TF_ADVSEG_TRACEBACK") or not is_known:
            _let_go(error)
            raise
        print(f"error: {sentence or error}", file=sys.stderr)
        return USER_ERROR


def end_at_once(status: int) -> int:
    """Ends the process if a signal ended its work; else returns the status.

    Threads may still wait for a server or a slow disk. All that is whole has
    its name, and nobody waits for the rest, except a moment for the files
    that are being written.
    """
    if status - 128 not in list(SIGNALS):
        return status
    claims.let_go()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _stopped(status: int) -> str:
    """The sentence; a line of progress may stand before it."""
    line = "\n" if sys.stderr.isatty() else ""
    name = SIGNALS[signal.Signals(status - 128)]
    return (
        f"{line}{name}: what is finished is kept, and nothing is half-written; "
        "the same command makes the rest."
    )


def _let_go(error: BaseException | None) -> None:
    """Forgets what a traceback's functions held; the traceback stays.

    A pipeline that lives until the interpreter ends has threads that wait for
    the interpreter, and it for them: the process would never end.
    """
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
