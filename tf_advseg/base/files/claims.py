"""Temporary files and folders, each with a sign of life.

A process that is killed cannot clean up after itself; the next one does. To
tell what the dead left from what a neighbour is writing, a maker locks its
file as long as it lives. The system releases that lock when the maker dies,
however it dies, so whoever gets it may remove the file. Where there are no
locks (Windows, some network shares) nothing is removed.
"""

import contextlib
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows.
    fcntl = None

PREFIX = ".tf_advseg-"
"""Of the names of temporary files; nobody else's begin so."""
_SIGN = "alive.lock"

_files: set[Path] = set()  # That threads of this process write just now.
_change = threading.Condition()
_is_over = False


@contextlib.contextmanager
def claimed_file(folder: Path, suffix: str) -> Iterator[Path]:
    """Gives an empty file with a temporary name, and a claim to it.

    At the end the file is removed, unless it was given another name.
    """
    path, handle = None, None
    try:
        while handle is None:
            path = folder / f"{PREFIX}{uuid.uuid4().hex}{suffix}"
            _begin(path)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            # Between these two lines somebody may have taken us for dead.
            if not (_lock(handle) and path.exists()):
                os.close(handle)
                handle = None
                _end(path)
        if fcntl is None:  # Windows moves no file that is open.
            os.close(handle)
        assert path is not None
        yield path
    finally:
        # A signal may have come between any two lines.
        with contextlib.suppress(OSError):
            if path is not None:
                path.unlink()
        if handle is not None and fcntl is not None:
            os.close(handle)
        if path is not None:
            _end(path)


def _begin(path: Path) -> None:
    """Notes a file; a thread of a process that is over waits for its end."""
    with _change:
        _change.wait_for(lambda: not _is_over)
        _files.add(path)


def _end(path: Path) -> None:
    with _change:
        _files.discard(path)
        _change.notify_all()


def let_go(seconds: float = 2.0) -> None:
    """Leaves no temporary file of a process that ends without its threads.

    They begin no more files and finish those in hand; what a slow disk holds
    up for longer is removed.
    """
    global _is_over
    with _change:
        _is_over = True
        _change.wait_for(lambda: not _files, seconds)
        for path in _files:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def work_folder(parent: Path, prefix: str = PREFIX) -> Iterator[Path]:
    """Gives a folder to work in, which is gone at the end.

    Those of the same prefix that killed processes left go first.

    Args:
        parent: Where it is made: on the file system that results go to.
        prefix: What its name begins with.
    """
    remove_abandoned(parent, prefix)
    folder, handle = None, None
    try:
        while handle is None:
            folder = parent / f"{prefix}{uuid.uuid4().hex}"
            folder.mkdir()
            # Whoever takes it for dead now removes it before there is a sign.
            with contextlib.suppress(FileNotFoundError):
                handle = os.open(folder / _SIGN, os.O_RDWR | os.O_CREAT, 0o666)
            if handle is not None and not (
                _lock(handle) and (folder / _SIGN).exists()
            ):
                os.close(handle)
                handle = None
        assert folder is not None
        yield folder
    finally:
        if fcntl is None and handle is not None:
            os.close(handle)  # Windows removes no folder that it lies in.
        if folder is not None:
            _remove(folder)
        if fcntl is not None and handle is not None:
            os.close(handle)


def _remove(folder: Path) -> None:
    """Removes a folder, even if a signal comes meanwhile."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def remove_abandoned(folder: Path, prefix: str = PREFIX) -> None:
    """Removes what killed processes left in a folder under such names."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = [e.name for e in entries if e.name.startswith(prefix)]
        for name in names:
            _remove_if_abandoned(folder / name)


def _remove_if_abandoned(path: Path) -> None:
    is_folder = path.is_dir() and not path.is_symlink()
    if is_folder:
        with contextlib.suppress(OSError):
            path.rmdir()  # Killed before it gave a sign, if it is empty.
        if not (path / _SIGN).exists():
            shutil.rmtree(path, ignore_errors=True)
            return
    with contextlib.suppress(OSError):
        handle = os.open(path / _SIGN if is_folder else path, os.O_RDWR)
        try:
            if not _lock(handle, unsure=False):
                return
            if is_folder:
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        finally:
            os.close(handle)


def _lock(handle: int, unsure: bool = True) -> bool:
    """Whether the lock is ours now; `unsure` where there are none."""
    if fcntl is None:
        return unsure
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return unsure
    return True
