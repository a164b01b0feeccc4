"""One process at a time trains into a folder.

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
from typing import BinaryIO

LOCK_FILE = "run.lock"
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


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
    with (folder / LOCK_FILE).open("a+b") as file:
        try:
            _lock(file)
        except OSError as error:
            if error.errno in _TAKEN:
                raise FolderInUse(_sentence(folder, file)) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}".encode())
        file.flush()
        yield


def _sentence(folder, file) -> str:
    file.seek(0)
    holder = file.read(200).decode("utf-8", "replace") or "another process"
    return (
        f"The folder {folder} is in use: {holder} trains into it. Wait for it "
        "or end it, or give another --run."
    )


def _lock(file: BinaryIO) -> None:
    if os.name == "nt":
        import msvcrt

        # Far beyond the text: Windows forbids reading locked bytes.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
