"""What a machine's fault means, in one sentence: what, where, what to do.

Python, h5py, Keras and TensorFlow each raise errors of their own for a disk
that is full. The system's own words are in all of them.
"""

import errno
import os
import re
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

# By the system's number; its words, as C libraries print them, find the
# number again in errors that carry no more than text.
_FAULTS = {
    errno.ENOSPC: "The disk is full. Free some space",
    errno.EDQUOT: "The disk quota is used up. Free some space",
    errno.EFBIG: (
        "The file is larger than the file system or `ulimit -f` allows. Raise "
        "the limit or use another disk"
    ),
    errno.EROFS: (
        "The file system is read-only. Give a folder on one that can be "
        "written, or mount this one anew"
    ),
    errno.EACCES: "Permission is denied. Change the permissions",
    errno.EPERM: "The operation is not permitted. Change the permissions",
    errno.EIO: (
        "The disk or network share answers with an input/output error. Look "
        "at the system's log and mount it anew"
    ),
    errno.ESTALE: "The network share was lost. Mount it anew",
}
# Connections to servers break with these as well.
_SHARE_FAULTS = {
    errno.ENOTCONN: "The network share is not connected. Mount it anew",
    errno.ETIMEDOUT: "The network share does not answer. Mount it anew",
    errno.EHOSTDOWN: "The network share's host is down. Mount it anew",
}
_NUMBER = re.compile(r"\berrno[ =]+(\d+)", re.IGNORECASE)
# TensorFlow writes "PATH; the system's words", after naming its own device.
_PATH = re.compile(r"(/[^\s;'\"]+); ")
_MEMORY = re.compile(
    r"OOM when allocating|out of memory|OUT_OF_MEMORY|bad_alloc"
    r"|[Ff]ailed to allocate|Cannot allocate memory"
)
OUT_OF_MEMORY = (
    "Out of memory{where}. Training needs less with a smaller --batch_size "
    "or --crop (--accumulate=N keeps the effective batch), with --remat and "
    "with --precision=bfloat16; prediction and evaluation with smaller images."
)


class Fault(RuntimeError):
    """A fault of the machine; its text is the whole story."""


def explain(error: BaseException, folder: str | Path = "") -> str | None:
    """Says what a fault is; None if the error is none of the machine's.

    Args:
        error: What was raised.
        folder: Where the program writes, to see whether it is still there.

    >>> explain(OSError(28, "No space left on device", "run/last.keras"))
    'The disk is full (run/last.keras). Free some space.'
    """
    known = {**_FAULTS, **(_SHARE_FAULTS if folder else {})}
    for one in _chain(error):
        if isinstance(one, FileNotFoundError) and _is_gone(folder, one):
            return (
                f"The folder {folder} is gone: it was removed, or its disk or "
                "network share was unmounted. Put it back."
            )
        number = _system_number(one, known)
        if number is not None:
            what, _, advice = known[number].partition(". ")
            return f"{what}{_where(one, folder)}. {advice}."
    if any(_is_memory(one) for one in _chain(error)):
        return OUT_OF_MEMORY.format(where=_shape(error))
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from: closing a file may raise another.

    A `ValueError` that somebody made of another error on purpose has a
    sentence of its own.
    """
    while error is not None:
        yield error
        if error.__suppress_context__:
            told = isinstance(error, ValueError)
            error = None if told else error.__cause__
        else:
            error = error.__context__


def _system_number(error: BaseException, known: Mapping[int, str]):
    """The number of a known fault, or None."""
    number = getattr(error, "errno", None)
    if number in known:
        return number
    if not _is_foreign(error):
        return None
    text = str(error)
    found = _NUMBER.search(text)
    if found and int(found[1]) in known:
        return int(found[1])
    return next((n for n in known if os.strerror(n) in text), None)


def _is_foreign(error: BaseException) -> bool:
    """Whether others made it of the system's error, TensorFlow or h5py say."""
    is_tensorflow = type(error).__module__.startswith("tensorflow")
    return is_tensorflow or type(error) in (OSError, RuntimeError, ValueError)


def _is_gone(folder: str | Path, error: FileNotFoundError) -> bool:
    path = str(error.filename or "")
    return (
        bool(str(folder))
        and path.startswith(str(folder))
        and (not Path(folder, "config.json").exists())
    )


def _where(error: BaseException, folder: str | Path) -> str:
    name = getattr(error, "filename", None)
    found = None if name else _PATH.search(str(error))
    where = name or (found and found[1]) or folder
    return f" ({where})" if where else ""


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    return _is_foreign(error) and bool(_MEMORY.search(str(error)))


def _shape(error: BaseException) -> str:
    found = re.search(r"shape ?\[[\d, ]+\]", str(error))
    return f", for a tensor of {found[0]}" if found else ""
