"""Files that get their names when they are whole.

Power fails on devices. What a runner that died was writing, the next one
removes when it first writes into that folder: a living one holds a lock on its
file, which ends with it. Where there are no locks, nothing is removed.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows.
    fcntl = None

_PREFIX = ".tf_advseg_edge-"


@contextlib.contextmanager
def temporary_path(path: Path) -> Iterator[Path]:
    """Gives a path to write; moves it to `path` if all went well."""
    _clean_once(path.parent)
    # Not made from the name, which may be as long as names can be.
    temporary = path.with_name(f"{_PREFIX}{os.getpid()}{path.suffix}")
    with contextlib.ExitStack() as stack:
        # Python 3.9 knows missing_ok.
        stack.callback(temporary.unlink, missing_ok=True)
        if fcntl is not None:  # Windows moves no file that is open.
            handle = os.open(temporary, os.O_RDWR | os.O_CREAT, 0o666)
            stack.callback(os.close, handle)
            _lock(handle)
        yield temporary
        os.replace(temporary, path)


@functools.cache
def _clean_once(folder: Path) -> None:
    for path in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDWR)
            try:
                if _lock(handle):
                    path.unlink()
            finally:
                os.close(handle)


def _lock(handle: int) -> bool:
    """Whether the file is ours alone."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
