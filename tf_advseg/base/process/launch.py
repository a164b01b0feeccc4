"""How every command runs, and how it fails: one sentence, exit 1."""

import faulthandler
import logging
import os
import sys
import traceback
from collections.abc import Callable

from tf_advseg.base.process.allocator import keep_freed_memory
from tf_advseg.base.process.fault_text import Fault
from tf_advseg.base.process.fault_text import explain
from tf_advseg.base.process.quiet_tensorflow import import_quietly

USER_ERROR = 1
USER_ERRORS = (ValueError, ArithmeticError, OSError, ImportError, Fault)


def launch(prepare: Callable[[], Callable[[], int | None]]) -> int:
    """Prepares, imports TensorFlow, works; returns the exit status.

    What the user can mend (`ValueError`, `DataError`, missing files, missing
    packages, a loss that became NaN, a full disk, too little memory) ends
    with one sentence on standard error and exit status 1; anything else is a
    bug and shows its traceback, as does everything where
    TF_ADVSEG_TRACEBACK is set.

    Args:
        prepare: Returns the work; what it raises is told at once.
    """
    try:
        work = prepare()
        faulthandler.enable()
        logging.basicConfig(format="%(levelname)s: %(message)s")
        keep_freed_memory()
        import_quietly()
        return work() or 0
    except Exception as error:
        sentence = explain(error)
        is_known = sentence or isinstance(error, USER_ERRORS)
        if os.environ.get("TF_ADVSEG_TRACEBACK") or not is_known:
            _let_go(error)
            raise
        print(f"error: {sentence or error}", file=sys.stderr)
        return USER_ERROR


def _let_go(error: BaseException | None) -> None:
    """Forgets what a traceback's functions held; the traceback stays.

    A pipeline that lives until the interpreter ends has threads that wait for
    the interpreter, and it for them: the process would never end.
    """
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
