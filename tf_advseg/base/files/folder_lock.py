"""One process at a time writes into a folder.

The system releases the lock when its holder dies, however it dies: there are
no stale locks to clean up. The file says who holds it, for the sentence that
the second process ends with; it stays behind, and means nothing by itself.
"""

import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import filelock

LOCK_FILE = "run.lock"
_NO_LOCKS = (errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What a file system answers that has none."""


class FolderInUse(ValueError):
    """Another process trains into this folder."""


@contextlib.contextmanager
def held(folder: str | Path) -> Iterator[None]:
    """Holds the lock of a folder, which is made if it is missing.

    Where a file system has no locks, nobody is kept out.

    Raises:
        FolderInUse: If another process holds it; names that process.
        OSError: If the folder cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            stack.callback(take(folder / LOCK_FILE).release)
        except filelock.Timeout:
            raise FolderInUse(_sentence(folder)) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield


@contextlib.contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Holds the lock of a file, once whoever has it gives it up.

    Where a file system has no locks, nobody waits.
    """
    lock = filelock.FileLock(
        path, fallback_to_soft=False, preserve_lock_file=True
    )
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield


def take(path: Path) -> filelock.FileLock:
    """Returns the lock on a file, held until its `release`.

    Raises:
        filelock.Timeout: If another process holds it; an `OSError`, too.
        OSError: If the file system has no locks, or it cannot be written.
    """
    lock = filelock.FileLock(
        path,
        blocking=False,
        thread_local=False,
        # A file that locks by being there would outlive its process.
        fallback_to_soft=False,
        preserve_lock_file=True,
        on_acquired=_write_holder,
    )
    lock.acquire()
    return lock


def _write_holder(handle: int) -> None:
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    os.ftruncate(handle, 0)
    os.write(handle, holder.encode())


def _sentence(folder: Path) -> str:
    holder = ""
    with contextlib.suppress(OSError):  # Windows shows no locked bytes.
        holder = (
            (folder / LOCK_FILE).read_bytes()[:200].decode(errors="replace")
        )
    return (
        f"The folder {folder} is in use: {holder or 'another process'} trains "
        "into it. Wait for it or end it, or give another --run."
    )
