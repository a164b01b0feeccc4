"""Whether a person watches, and a word to them where they would wait."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

_ERASE_LINE = "\r\x1b[2K"


def is_watched(stream: TextIO | None) -> bool:
    """Whether lines on a stream may move: it is a terminal that can do that.

    TERM=dumb says of a terminal that it cannot.
    """
    if stream is None or stream.closed or not stream.isatty():
        return False
    return os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


@contextlib.contextmanager
def saying(text: str) -> Iterator[None]:
    """Shows a line to who watches while the body runs, then takes it away.

    It can decorate a function, too.
    """
    stream = sys.stderr
    if not is_watched(stream):
        yield
        return
    # At its beginning again: a line of another's is written over it.
    stream.write(f"{text}\r")
    stream.flush()
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):  # It was closed.
            stream.write(_ERASE_LINE)
            stream.flush()
