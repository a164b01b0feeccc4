"""Writes PyTorch checkpoints, honest and hostile ones, without PyTorch.

`pickled` turns a value into the instructions that PyTorch would have
written; `write_zip` and `write_stream` put it into the two containers.
"""

import collections
import dataclasses
import io
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.torch_file import read_tensors

LIMIT = 3.0
"""Seconds of computing for a refusal."""

STREAM_MAGIC = 0x1950A86A20F9469CFC6C


@dataclasses.dataclass(eq=False)
class Call:
    """`module.function(*arguments)`, asked for by the pickle."""

    module: str
    function: str
    arguments: tuple = ()


@dataclasses.dataclass(eq=False)
class Global:
    """`module.name`, asked for by the pickle."""

    module: str
    name: str


@dataclasses.dataclass(eq=False)
class Storage:
    """Numbers under a key; `total` may lie about how many."""

    key: str
    kind: str
    numbers: np.ndarray
    total: int | None = None
    view: tuple | None = None


@dataclasses.dataclass(eq=False)
class Raw:
    """Instructions as they are."""

    code: bytes


def tensor(storage, shape, strides=None, offset=0):
    """A call of `_rebuild_tensor_v2`; contiguous without `strides`."""
    if strides is None:
        strides = tuple(
            int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))
        )
    return Call(
        "torch._utils",
        "_rebuild_tensor_v2",
        (storage, offset, shape, strides, False, collections.OrderedDict()),
    )


def float_tensor(key, array):
    """A contiguous float32 tensor with a storage of its own."""
    array = np.asarray(array, "<f4")
    storage = Storage(key, "FloatStorage", array.ravel())
    return tensor(storage, array.shape)


def pickled(value, storages=None) -> bytes:
    """Returns a protocol-2 pickle; gathers its storages by key."""
    return (
        b"\x80\x02"
        + _code(value, {} if storages is None else storages)
        + (b".")
    )


def _code(value, storages) -> bytes:
    match value:
        case None:
            return b"N"
        case bool():
            return b"\x88" if value else b"\x89"
        case int():
            return _integer(value)
        case float():
            return b"G" + struct.pack(">d", value)
        case str():
            text = value.encode()
            return b"X" + struct.pack("<I", len(text)) + text
        case tuple():
            return b"(" + _codes(value, storages) + b"t"
        case list():
            return b"](" + _codes(value, storages) + b"e"
        case collections.OrderedDict():
            return (
                b"ccollections\nOrderedDict\n)R("
                + _codes(
                    [part for item in value.items() for part in item], storages
                )
                + (b"u")
            )
        case dict():
            return (
                b"}("
                + _codes(
                    [part for item in value.items() for part in item], storages
                )
                + (b"u")
            )
        case Global():
            return f"c{value.module}\n{value.name}\n".encode()
        case Call():
            function = Global(value.module, value.function)
            return _codes([function, value.arguments], storages) + b"R"
        case Storage():
            return _storage(value, storages)
        case Raw():
            return value.code
    raise TypeError(type(value))


def _codes(values, storages):
    return b"".join(_code(value, storages) for value in values)


def _integer(value):
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    size = value.bit_length() // 8 + 1
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def _storage(storage, storages):
    storages[storage.key] = storage
    total = len(storage.numbers) if storage.total is None else storage.total
    facts = (
        "storage",
        Global("torch", storage.kind),
        storage.key,
        "cpu",
        total,
    )
    if storage.view is not None:
        facts += (storage.view,)
    return _code(facts, storages) + b"Q"


def zip_bytes(value, compression=zipfile.ZIP_STORED, extra=(), pickle=None):
    """A checkpoint in the zip format.

    Args:
        value: What was saved.
        compression: Of the members.
        extra: More members, `(name, content)`.
        pickle: Bytes that replace the pickle of `value`.
    """
    storages = {}
    code = pickled(value, storages)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        archive.writestr("archive/data.pkl", pickle or code)
        archive.writestr("archive/byteorder", "little")
        for storage in storages.values():
            name = f"archive/data/{storage.key}"
            archive.writestr(name, storage.numbers.tobytes())
        archive.writestr("archive/version", "3\n")
        for name, member in extra:
            archive.writestr(name, member)
    return content.getvalue()


def stream_bytes(value, little_endian=True, pickle=None):
    """A checkpoint in the older format."""
    storages = {}
    code = pickled(value, storages)
    machine = {"protocol_version": 1001, "little_endian": little_endian}
    parts = [
        pickled(STREAM_MAGIC),
        pickled(1001),
        pickled(machine),
        pickle or code,
        pickled(list(storages)),
    ]
    for storage in storages.values():
        parts.append(struct.pack("<q", len(storage.numbers)))
        parts.append(storage.numbers.tobytes())
    return b"".join(parts)


FORMATS = {"zip": zip_bytes, "stream": stream_bytes}


def write(folder: Path, content: bytes, name: str = "model.pth") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    """Returns the message with which `read_tensors` refuses, soon."""
    start = time.process_time()
    with pytest.raises(WeightsError) as caught:
        read_tensors(path)
    assert time.process_time() - start < LIMIT
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 1000
    return str(caught.value)
