"""Writing a file so that nobody ever sees half of it."""

import contextlib
import functools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.base.files.claims import PREFIX
from tf_advseg.base.files.claims import claimed_file
from tf_advseg.base.files.claims import remove_abandoned

# Those of `atomic_path`, today's and before, and of `tempfile`.
_LEFTOVER = re.compile(
    rf"({re.escape(PREFIX)}|\.)[0-9a-f]{{32}}(\..*)?|tmp[a-z0-9_]{{8}}"
)


@contextlib.contextmanager
def atomic_path(path: str | Path, durable: bool = True) -> Iterator[Path]:
    """Gives a temporary path to write; moves it to `path` at the end.

    The temporary file lies in the same folder (a move across file systems
    is not atomic) and keeps the suffix (writers choose the format by it).
    If the body raises, the temporary file is removed and an old `path`
    stays as it was. Those that killed processes left in the folder are
    removed when it is first written into.

    Args:
        path: The file to make or to replace.
        durable: Whether to wait until the file is on the disk before it
            takes the name, so that it survives a power cut too. Not worth
            the wait for thousands of files that can be made again.

    Example:
        with atomic_path("result.json") as temporary:
            temporary.write_text("{}")
    """
    path = Path(path)
    _clean_once(path.parent.absolute())
    try:
        # Not named after it: its name may be as long as names can be.
        with claimed_file(path.parent, path.suffix) as temporary:
            yield temporary
            if durable:
                flush_to_disk(temporary)
            os.replace(temporary, path)
        if durable:
            flush_to_disk(path.parent)
    except OSError as error:
        # Failed writes do not say what was written, or name ours.
        if error.errno is not None and PREFIX in str(error.filename or PREFIX):
            error.filename = str(path)
        raise


def write_text(path: str | Path, text: str) -> None:
    """Writes UTF-8 text atomically; makes the folder if it is missing."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def remove_leftovers(folder: str | Path, below: bool = False) -> int:
    """Removes temporary files of a killed process; returns how many.

    Nobody else may be writing into it.

    Args:
        folder: It need not exist.
        below: Whether folders in it are searched too, for hidden files.
    """
    folder = Path(folder)
    paths = folder.rglob(".*") if below else folder.glob("*")
    found = [p for p in paths if _LEFTOVER.fullmatch(p.name) and p.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


@functools.cache
def _clean_once(folder: Path) -> None:
    remove_abandoned(folder)


def flush_to_disk(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders; its rename is durable enough.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
