"""Gives finished artefacts their final names; old ones stay until then."""

import os
import shutil
import uuid
from pathlib import Path


def publish(finished: Path, name: Path) -> None:
    """Moves a file or folder to its name, in place of what had it.

    A file is replaced in one step. A folder cannot be: the old one is moved
    aside, and back again should the move of the new one fail.

    Args:
        finished: On the same file system as `name`.
        name: The final name.
    """
    if not finished.is_dir():
        os.replace(finished, name)
        return
    aside = name.with_name(f".{uuid.uuid4().hex}")
    existed = name.exists()
    if existed:
        os.replace(name, aside)
    try:
        os.replace(finished, name)
    except OSError:
        if existed:
            os.replace(aside, name)
        raise
    if existed:
        shutil.rmtree(aside)
