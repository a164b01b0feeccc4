"""Shards of samples: TFRecord files with an index beside each.

A record is the bytes of a sample's arrays, one after another. The index says
where they begin, so that a sample is read without what lies before it.
"""

import contextlib
import dataclasses
import json
import math
import os
import uuid
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_advseg.base.files.atomic_file import atomic_path

Sample = tuple[np.ndarray, ...]

FORMAT = 1
UNFINISHED = ".unfinished-"
"""How the names of shards that are being written begin."""

_RECORD_HEADER = 12
"""Bytes of a TFRecord before its data: the length (8) and its CRC (4)."""
_RECORD_FOOTER = 4
"""Bytes after it: the CRC-32C of the data."""


class DamagedSample(Exception):
    """A stored sample is not what was stored."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a sample lies.

    Args:
        shard: The shard.
        offset: Where its bytes begin there.
        crc: Their CRC-32.
        shapes: Of its arrays, all uint8.
    """

    shard: Path
    offset: int
    crc: int
    shapes: tuple[tuple[int, ...], ...]

    def read(self) -> Sample:
        """Returns the sample; its arrays cannot be written to.

        Raises:
            DamagedSample: If the bytes do not have their checksum.
        """
        sizes = [math.prod(shape) for shape in self.shapes]
        try:
            with self.shard.open("rb") as file:
                file.seek(self.offset)
                data = file.read(sum(sizes))
        except OSError as error:
            raise DamagedSample(str(error)) from error
        if len(data) != sum(sizes) or zlib.crc32(data) != self.crc:
            raise DamagedSample(f"{str(self.shard)!r} has a wrong checksum")
        offsets = [sum(sizes[:i]) for i in range(len(sizes))]
        return tuple(
            np.frombuffer(data, np.uint8, size, offset).reshape(shape)
            for size, offset, shape in zip(
                sizes, offsets, self.shapes, strict=True
            )
        )


class ShardWriter:
    """Writes one shard; nobody sees it before `finish`.

    Args:
        shard: The name that it gets when it is whole.

    Attributes:
        num_bytes: How much was written.
        keys: The keys of its samples so far.
    """

    def __init__(self, shard: Path):
        self.shard = shard
        self.num_bytes = 0
        self._samples: dict[str, dict] = {}
        name = f"{UNFINISHED}{uuid.uuid4().hex}{shard.suffix}"
        self._temporary = shard.with_name(name)
        self._writer = tf.io.TFRecordWriter(os.fspath(self._temporary))

    @property
    def keys(self) -> Mapping[str, dict]:
        return self._samples

    def add(self, key: str, sample: Sample) -> None:
        """Appends a sample of uint8 arrays."""
        data = b"".join(array.tobytes() for array in sample)
        self._writer.write(data)
        self._samples[key] = {
            "offset": self.num_bytes + _RECORD_HEADER,
            "crc32": zlib.crc32(data),
            "shapes": [list(array.shape) for array in sample],
        }
        self.num_bytes += _RECORD_HEADER + len(data) + _RECORD_FOOTER

    def finish(self) -> dict[str, Place]:
        """Gives the shard its name and its index; returns its samples."""
        self._writer.close()
        size = self._temporary.stat().st_size
        if size != self.num_bytes:
            raise OSError(f"{size} of {self.num_bytes} bytes were written")
        os.replace(self._temporary, self.shard)
        index = {
            "format": FORMAT,
            "bytes": self.num_bytes,
            "samples": self._samples,
        }
        # Not durable: what a power cut spoils, the checksums find.
        with atomic_path(index_of(self.shard), durable=False) as temporary:
            temporary.write_text(json.dumps(index), encoding="utf-8")
        return places(self.shard, index)

    def discard(self) -> None:
        """Throws away what was written."""
        # Whatever ended the writing may stop its end too (a full disk).
        with contextlib.suppress(OSError, tf.errors.OpError):
            self._writer.close()
        self._temporary.unlink(missing_ok=True)


def index_of(shard: Path) -> Path:
    """The index file of a shard."""
    return shard.with_suffix(".json")


def read_index(path: Path) -> dict[str, Place]:
    """Returns the samples of a finished shard by its index; none if unsound."""
    shard = path.with_suffix(".tfrecord")
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        whole = shard.stat().st_size == index["bytes"]
        if index["format"] != FORMAT or not whole:
            return {}
        return places(shard, index)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def places(shard: Path, index: Mapping) -> dict[str, Place]:
    """Returns where an index says that samples lie."""
    return {
        key: Place(
            shard,
            entry["offset"],
            entry["crc32"],
            tuple(map(tuple, entry["shapes"])),
        )
        for key, entry in index["samples"].items()
    }
