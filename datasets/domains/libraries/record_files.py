"""The files of tensorflow_datasets: any record of them, read alone.

`array_record` files are made for that. So are the usual `tfrecord` files, once
it is known where each record begins: a header of 12 bytes (its length, and a
checksum of that), the record, a checksum of 4 bytes
(tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details").
"""

import dataclasses
import functools
import importlib
import os
import struct
import threading
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import in_one_line
from tf_advseg.datasets.archives.member import Member
from tf_advseg.datasets.domains.libraries.records import Place

_HEADER, _CHECKSUM = struct.Struct("<Q4x"), struct.Struct("<I")
_reading = threading.Lock()


@dataclasses.dataclass(frozen=True, slots=True)
class InTfRecord(Member):
    """A feature of a record in a tfrecord file.

    Args:
        feature: The feature.
        checksum: Of the record, as the file has it.
    """

    feature: str
    checksum: int

    @property
    def identity(self) -> str:
        return f"{self.size}:{self.checksum:08x}"

    def _read(self, file) -> bytes:
        file.seek(self.offset)
        data = file.read(self.size)
        if len(data) < self.size:
            self._fail("is cut short")
        return _feature(self, data, self.feature)


@dataclasses.dataclass(frozen=True, slots=True)
class InArrayRecord(Member):
    """A feature of a record in an array_record file, whose `offset` is its
    number there.

    Args:
        feature: The feature.
        state: Text that changes if the file does.
    """

    feature: str
    state: str

    @property
    def identity(self) -> str:
        return f"{self.state}:{self.offset}"

    def _read(self, file) -> bytes:
        with _reading:
            reader = _array_record(str(self.archive), self.state, os.getpid())
            try:
                (data,) = reader.read([self.offset])
            except Exception as error:
                self._fail(f"cannot be read ({in_one_line(error)})")
        return _feature(self, data, self.feature)


def _feature(member: Member, data: bytes, feature: str) -> bytes:
    """The bytes of a feature in a serialised `tf.train.Example`."""
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        features = tf.train.Example.FromString(data).features.feature
    except DecodeError:
        member._fail("is no record")
    values = features[feature].bytes_list.value
    if len(values) != 1:
        member._fail(f"has no {feature!r}")
    return values[0]


def in_tfrecord(path: Path) -> list[Place]:
    """Where each record lies; the records themselves are not read.

    Raises:
        DataError: If the file is cut short.
    """
    try:
        size, places, offset = path.stat().st_size, [], 0
        with path.open("rb") as file:
            while offset < size:
                file.seek(offset)
                header = file.read(_HEADER.size).ljust(_HEADER.size, b"\xff")
                (length,) = _HEADER.unpack(header)
                begin = offset + _HEADER.size
                offset = begin + length + _CHECKSUM.size
                if offset > size:
                    raise DataError(
                        f"{str(path)!r} is cut short, or no tfrecord file; "
                        "prepare the data set again."
                    )
                file.seek(begin + length)
                (checksum,) = _CHECKSUM.unpack(file.read(_CHECKSUM.size))
                places.append(_TfRecordPlace(path, length, begin, checksum))
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be read: {error.strerror or error}; prepare "
            "the data set again."
        ) from error
    return places


@dataclasses.dataclass(frozen=True, slots=True)
class _TfRecordPlace:
    path: Path
    size: int
    offset: int
    checksum: int

    def __call__(self, name: str, column: str) -> Member:
        return InTfRecord(
            self.path, name, self.size, self.offset, column, self.checksum
        )


def in_array_record(path: Path, number: int) -> list[Place]:
    """The records of a file, whose number is known.

    Raises:
        DataError: If it is not there.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be read: {error.strerror}; prepare the data "
            "set again."
        ) from error
    state = f"{status.st_size}:{status.st_mtime_ns}"
    size = status.st_size // max(number, 1)  # Roughly: the file does not say.

    def place(index: int) -> Place:
        return lambda name, column: InArrayRecord(
            path, name, size, index, column, state
        )

    return [place(index) for index in range(number)]


@functools.lru_cache(maxsize=64)
def _array_record(path: str, state: str, process: int) -> Any:
    """The reader of a file; its threads do not outlive a fork."""
    del state, process
    try:
        module = importlib.import_module(
            "array_record.python.array_record_module"
        )
    except ImportError:
        raise ImportError(
            "The package array_record is not installed, which reads such "
            "files: pip install 'tf-advseg[tfds]'."
        ) from None
    return module.ArrayRecordReader(path)
