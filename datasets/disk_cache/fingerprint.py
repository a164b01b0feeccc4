"""Short digests of what pixels depend on."""

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(lines: Iterable[str]) -> str:
    """Returns 64 hexadecimal digits that change if a line does."""
    hasher = hashlib.sha256()
    for line in lines:
        hasher.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return hasher.hexdigest()


@functools.cache
def code_digest(*places: Path) -> str:
    """Returns a digest of Python files; of a folder, all in it count.

    Better than a version number, which somebody has to remember to raise.
    """
    files = [
        file
        for place in places
        for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])
    ]
    return digest(file.read_text(encoding="utf-8") for file in files)
