"""Who works on which trial: locks, which end with the process that holds them.

Where a file system has none nobody is taken for dead, and a killed process's
trial is not tried again.
"""

import errno
from pathlib import Path

import filelock

from tf_advseg.base.files import folder_lock


class Claim:
    """A claim of this process's, until it is released.

    Args:
        file: The lock; made if it is missing.
    """

    def __init__(self, file: Path):
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock: filelock.FileLock | None = None
        try:
            self._lock = folder_lock.take(file)
        except filelock.Timeout:
            raise
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS):
                raise

    def release(self) -> None:
        """Says that nobody works on it any more."""
        if self._lock is not None:
            self._lock.release()


def is_held(file: Path) -> bool:
    """Whether a process holds the lock of a file; True where there are none."""
    if not file.exists():
        return False
    try:
        folder_lock.take(file).release()
    except OSError:  # That somebody has it is one, too.
        return True
    return False
