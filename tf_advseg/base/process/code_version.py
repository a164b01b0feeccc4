"""Which commit of the package runs, where it runs from a checkout."""

import subprocess
from pathlib import Path

import tf_advseg


def commit(package: Path = Path(tf_advseg.__file__).parent) -> str | None:
    """The commit, with `-dirty` if files differ from it; None: no checkout.

    An installed package may lie inside of someone's checkout, and is no part
    of it: git must know its files.
    """
    known = _git(package, "ls-files", "--error-unmatch", "__init__.py")
    if not known:
        return None
    return _git(
        package, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"
    )


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None  # No git, or no checkout: nothing depends on it.
    return done.stdout.strip() or None
