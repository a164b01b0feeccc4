"""The samples of one split in one folder, read and added to by threads."""

import contextlib
import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from tf_advseg.base.files import folder_lock
from tf_advseg.datasets.disk_cache.shards import UNFINISHED
from tf_advseg.datasets.disk_cache.shards import DamagedSample
from tf_advseg.datasets.disk_cache.shards import Place
from tf_advseg.datasets.disk_cache.shards import Sample
from tf_advseg.datasets.disk_cache.shards import ShardWriter
from tf_advseg.datasets.disk_cache.shards import index_of
from tf_advseg.datasets.disk_cache.shards import read_index

LOCK_FILE = "writer.lock"

SHARD_BYTES = 256 * 2**20
"""Size of a shard: what a run that is killed decodes again."""

RESERVED_BYTES = 2 * 2**30
"""Free space that the cache leaves to others, checkpoints above all."""

_logger = logging.getLogger(__name__)


class DiskCache:
    """Samples by key; what is not there yet is read, and kept.

    One run writes to a folder at a time; others use what is there. If the
    disk is full, the cache stops growing and training goes on.

    Args:
        folder: Exists; holds the shards of one split at one size.
        shard_bytes: Shards are finished at this size.
        reserved_bytes: No shard is begun with less free space than this.
    """

    def __init__(
        self,
        folder: Path,
        shard_bytes: int = SHARD_BYTES,
        reserved_bytes: int = RESERVED_BYTES,
    ):
        self.folder = folder
        self._shard_bytes = shard_bytes
        self._reserved_bytes = reserved_bytes
        self._mutex = threading.Lock()
        self._writer: ShardWriter | None = None
        self._folder_lock = None
        # Another run holds it, or the file system has no locks: only read.
        with contextlib.suppress(OSError):
            self._folder_lock = folder_lock.take(folder / LOCK_FILE)
        self._grows = self._folder_lock is not None
        if self._grows:
            self._remove_remains()
        self._places: dict[str, Place] = {}
        # Later shards hold new copies of what was damaged in earlier ones.
        for path in sorted(folder.glob("[0-9]*.json")):
            self._places.update(read_index(path))

    def __len__(self) -> int:
        """How many samples are stored in finished shards."""
        return len(self._places)

    def get(self, key: str, read: Callable[[], Sample]) -> Sample:
        """Returns the sample of `key`, by `read()` if it is not stored."""
        sample = self._stored(key)
        if sample is None:
            sample = read()
            self._store(key, sample)
        return sample

    def close(self) -> None:
        """Finishes the last shard and lets others write."""
        with self._mutex:
            self._finish()
            self._grows = False
            if self._folder_lock is not None:
                self._folder_lock.release()
                self._folder_lock = None

    def _remove_remains(self) -> None:
        """Deletes what a run that was killed left unfinished.

        Whoever has the lock knows that nobody is still writing it.
        """
        for path in self.folder.glob(f"{UNFINISHED}*"):
            path.unlink(missing_ok=True)
        for shard in self.folder.glob("[0-9]*.tfrecord"):
            if not read_index(index_of(shard)):
                index_of(shard).unlink(missing_ok=True)
                shard.unlink()

    def _stored(self, key: str) -> Sample | None:
        if self._writer is not None:
            with self._mutex:
                # Asked for again before its shard is full.
                if self._writer is not None and key in self._writer.keys:
                    self._finish()
        place = self._places.get(key)
        if place is None:
            return None
        try:
            return place.read()
        except DamagedSample as error:
            _logger.warning(
                "A sample of the cache is damaged (%s): it is decoded anew.",
                error,
            )
            self._places.pop(key, None)
            return None

    def _store(self, key: str, sample: Sample) -> None:
        with self._mutex:
            known = self._writer is not None and key in self._writer.keys
            if not self._grows or known or key in self._places:
                return
            try:
                if self._writer is None:
                    self._check_space()
                    self._writer = ShardWriter(self._next_shard())
                self._writer.add(key, sample)
            except (OSError, tf.errors.OpError) as error:
                self._stop_growing(error)
                return
            if self._writer.num_bytes >= self._shard_bytes:
                self._finish()

    def _finish(self) -> None:
        """Makes the samples of the present shard readable; needs the mutex."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            self._places.update(writer.finish())
        except (OSError, tf.errors.OpError) as error:
            self._writer = writer
            self._stop_growing(error)

    def _stop_growing(self, error: Exception) -> None:
        self._grows = False
        if self._writer is not None:
            self._writer.discard()
            self._writer = None
        reason = getattr(error, "strerror", None) or getattr(
            error, "message", error
        )
        _logger.warning(
            "The cache %r grows no further (%s): training goes on, and "
            "samples that are not in it are decoded each time. Free some "
            "space, or give another --cache_dir.",
            str(self.folder),
            reason,
        )

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < self._reserved_bytes:
            raise OSError(
                f"{free / 2**30:.1f} GiB of the disk are free, and "
                f"{self._reserved_bytes / 2**30:g} stay reserved"
            )

    def _next_shard(self) -> Path:
        numbers = [int(p.stem) for p in self.folder.glob("[0-9]*.tfrecord")]
        return self.folder / f"{max(numbers, default=0) + 1:05d}.tfrecord"
