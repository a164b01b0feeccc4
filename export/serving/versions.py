"""Numbered versions of a model, which a running server watches.

TensorFlow Serving lists a model's folder every few seconds and loads the
subfolder with the largest number. A version therefore grows beside that
folder, under a name that no server reads, and enters it whole, by one
rename.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.base.files.claims import work_folder

_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


def version_numbers(base: Path) -> list[int]:
    """Returns the versions in a model's folder, sorted."""
    if not base.is_dir():
        return []
    names = (path.name for path in base.iterdir())
    return sorted(int(name) for name in names if name.isdecimal())


@contextlib.contextmanager
def staged_copy(source: Path, base: Path) -> Iterator[Path]:
    """Gives a private copy of a folder, on the file system of `base`.

    What is left of it at the end is removed.

    Args:
        source: What to copy.
        base: The model's folder; the copy is made beside it.
    """
    base.mkdir(parents=True, exist_ok=True)
    with work_folder(base.parent, ".publishing-") as work:
        yield Path(shutil.copytree(source, work / "copy"))


def move_in(staged: Path, base: Path) -> Path:
    """Renames a finished folder to the next version number.

    Two publishers at once get two numbers: a rename onto a version that is
    there fails, and the next number is tried.

    Returns:
        The version's folder.
    """
    while True:
        number = max(version_numbers(base), default=0) + 1
        try:
            os.rename(staged, base / str(number))
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        else:
            return base / str(number)
