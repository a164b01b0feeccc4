"""Gives finished artefacts their final names, in place of old ones.

Whenever the process is killed, the name has the old content or the new. A file
is replaced by one rename. Of folders that is not possible; where the system
can, the two trade places in one step. Where it cannot (some network shares),
the old folder is moved aside for a moment, and `put_back` finds it there.
"""

import ctypes
import errno
import os
import shutil
from pathlib import Path

_ASIDE = ".replaced-"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE: renameat2(2)
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def publish(finished: Path, name: Path) -> None:
    """Moves a file or folder to its name; an old one is removed.

    Args:
        finished: On the same file system as `name`.
        name: The final name.

    Raises:
        OSError: If that cannot be done; the old one is there then.
    """
    if not finished.is_dir() or not name.exists():
        os.replace(finished, name)
    elif exchange(finished, name):
        shutil.rmtree(finished)
    else:
        _by_moving_aside(finished, name)


def put_back(folder: Path) -> None:
    """Ends replacements in which a process was killed, if there were any."""
    for aside in folder.glob(f"{_ASIDE}*"):
        name = folder / aside.name.removeprefix(_ASIDE)
        if name.exists():
            shutil.rmtree(aside)
        else:
            os.replace(aside, name)


def exchange(one: Path, other: Path) -> bool:
    """Lets two names trade places in one step; False if nobody can do that.

    Raises:
        OSError: If it fails for another reason.
    """
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return False
    paths = (_HERE, os.fsencode(one), _HERE, os.fsencode(other))
    if not function(*paths, _EXCHANGE):
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def _by_moving_aside(finished: Path, name: Path) -> None:
    put_back(name.parent)
    aside = name.with_name(f"{_ASIDE}{name.name}")
    os.replace(name, aside)
    try:
        os.replace(finished, name)
    except OSError:
        os.replace(aside, name)
        raise
    shutil.rmtree(aside)
