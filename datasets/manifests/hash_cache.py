"""SHA-256 of files, hashed once and remembered while they do not change.

Hashing 25,000 images at each start would take minutes. What is known of a
file holds while its size and its time of change do; both are kept, by path,
in a small file per data folder in the user's cache folder. A cache that
cannot be read or written is done without.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tf_advseg.base.bounded_map import hasty_pool
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.files.user_cache import cache_folder
from tf_advseg.datasets.archives import ArchivePath

_logger = logging.getLogger(__name__)

_SETTLED_NS = 2_000_000_000
"""A file that was changed less than 2 s before it was hashed may be changed
again within the same tick of its file system's clock: it is not remembered."""

_BLOCK = 2**20


class HashCache:
    """Hashes files below one root.

    Args:
        root: The folder, of a disk or an archive.
        folder: Where caches lie; by default in the user's cache folder.
        reads_all: Whether every file is read, known or not: bits that turn on
            a disk, and tools that set times back, change no time.
    """

    def __init__(
        self,
        root: Path | ArchivePath,
        folder: str | Path | None = None,
        reads_all: bool = False,
    ):
        self._reads_all = reads_all
        name = hashlib.sha256(_absolute(root).encode("utf-8", "replace"))
        folder = Path(folder) if folder else cache_folder() / "hashes"
        self._file = folder / f"{name.hexdigest()[:16]}.json"
        self._known: dict[str, list] = self._load()
        self._is_changed = False

    def hash_all(
        self, paths: Iterable[Path | ArchivePath]
    ) -> Iterator[tuple[int, str]]:
        """Yields size and SHA-256 of each file, in order.

        A file that cannot be read has the size 0 and the hash "unreadable".
        """
        with hasty_pool() as pool:
            yield from pool.map(self.hash, paths)

    def hash(self, path: Path | ArchivePath) -> tuple[int, str]:
        """Returns the size and SHA-256 (hex) of one file."""
        try:
            state = _state(path)
            known = self._known.get(str(path))
            if known and not self._reads_all and _is_known(known, *state):
                return known[0], known[2]
            size, digest = _hash(path)
        except (OSError, ValueError):
            return 0, "unreadable"
        self.learn(str(path), size, state[1], digest)
        return size, digest

    def learn(self, path: str, size: int, changed: Any, digest: str) -> None:
        """Remembers what somebody else hashed.

        Args:
            path: The file, as `str` of its path.
            size: Its length when it was hashed.
            changed: Its `st_mtime_ns` then; for a file in an archive, its
                identity.
            digest: SHA-256 in hex.
        """
        is_time = isinstance(changed, int)
        if is_time and changed > time.time_ns() - _SETTLED_NS:
            return
        entry = [size, changed, digest]
        if self._known.get(path) != entry:
            self._known[path] = entry
            self._is_changed = True

    def save(self) -> None:
        """Writes what was learned, if anything was."""
        if not self._is_changed:
            return
        try:
            write_text(self._file, json.dumps(self._known))
            self._is_changed = False
        except OSError as error:
            _logger.warning("Hashes are not kept for next time: %s", error)

    def _load(self) -> dict[str, list]:
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
            return {path: list(entry) for path, entry in known.items()}
        except (
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            RecursionError,
        ):
            return {}


def _absolute(root: Path | ArchivePath) -> str:
    return str(root.resolve() if isinstance(root, Path) else root)


def _is_known(known: list, size: int | None, changed: Any) -> bool:
    return known[1] == changed and size in (None, known[0])


def _state(path: Path | ArchivePath) -> tuple[int | None, Any]:
    """What has to stay the same for a hash to hold: its size, if that is known
    unread (of a record in a library's file it is not), and what else is."""
    if isinstance(path, ArchivePath):
        archive = path.tree.place.stat()
        return None, f"{archive.st_mtime_ns} {path.identity()}"
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _hash(path: Path | ArchivePath) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
