"""Silences what converters print about themselves.

Their progress bars, deprecation notices and C++ lines would bury the
command's own words; errors are exceptions and pass through.
"""

import contextlib
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keeps standard output and error, C++'s too, from the terminal.

    Set TF_ADVSEG_TRACEBACK to see everything.
    """
    if os.environ.get("TF_ADVSEG_TRACEBACK"):
        yield
        return
    with contextlib.ExitStack() as stack:
        nowhere = stack.enter_context(tempfile.TemporaryFile("w"))
        for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
            stream.flush()
            kept = os.dup(number)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, number)
            os.dup2(nowhere.fileno(), number)
        stack.enter_context(contextlib.redirect_stdout(nowhere))
        stack.enter_context(contextlib.redirect_stderr(nowhere))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield
