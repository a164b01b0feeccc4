"""A lock on a folder that the system releases when its holder dies."""

import os
from pathlib import Path
from typing import BinaryIO

LOCK_FILE = "writer.lock"


def lock_folder(folder: Path) -> BinaryIO | None:
    """Returns an open file that holds the lock, or None if another does.

    Closing the file, or the end of the process, however it ends, releases
    the lock. Where a file system has no locks, nobody gets one.
    """
    file = (folder / LOCK_FILE).open("a+b")
    try:
        _lock(file)
    except OSError:
        file.close()
        return None
    return file


def _lock(file: BinaryIO) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
