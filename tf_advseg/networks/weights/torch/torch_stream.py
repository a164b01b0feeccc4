"""PyTorch's older checkpoints (before 1.6): pickles, then numbers in a row.

magic number, version, facts about the machine, the saved value,
the list of storage keys; then for every key, in that order, the number
of its elements as int64 and the elements.
"""

import io
from io import BufferedIOBase

import numpy as np

from tf_advseg.networks.weights.torch.element_types import ELEMENT_TYPES
from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import shown
from tf_advseg.networks.weights.torch.restricted_pickle import MAX_PICKLE_BYTES
from tf_advseg.networks.weights.torch.restricted_pickle import read_pickle
from tf_advseg.networks.weights.torch.torch_values import Storage

FIRST_BYTE = b"\x80"  # a pickle says its protocol first
MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001
LENGTH_BYTES = 8


class StreamCheckpoint:
    """An open checkpoint.

    Attributes:
        value: What was saved, see `restricted_pickle.read_pickle`.
    """

    def __init__(self, file: BufferedIOBase, file_size: int):
        self._file = file
        file.seek(0)
        head = io.BytesIO(file.read(MAX_PICKLE_BYTES))
        if read_pickle(head) != MAGIC:
            raise BadContent("it is a pickle, but no PyTorch checkpoint")
        if read_pickle(head) != VERSION:
            raise BadContent("its version is unknown")
        machine = read_pickle(head)
        if type(machine) is not dict or machine.get("little_endian") is not (
            True
        ):
            raise BadContent("its numbers are not little endian")
        storages = {}
        self.value = read_pickle(head, storages)
        keys = _check_keys(read_pickle(head), storages)
        self._starts = _locate(
            file, file_size, head.tell(), [storages[key] for key in keys]
        )

    def numbers(self, storage: Storage) -> np.ndarray:
        """Returns the storage as it lies in the file, `(storage.total,)`."""
        content = np.empty(storage.num_bytes, np.uint8)
        self._file.seek(self._starts[storage.key])
        if self._file.readinto(content.data) != storage.num_bytes:
            raise BadContent(f"the storage {shown(storage.key)} is cut short")
        return content.view(ELEMENT_TYPES[storage.type_name].on_disk)


def _check_keys(keys, storages):
    if type(keys) is not list or not all(type(key) is str for key in keys):
        raise BadContent("its list of storages is damaged")
    if len(keys) != len(storages) or set(keys) != set(storages):
        raise BadContent(
            "its list of storages is not the list that its tensors use"
        )
    return keys


def _locate(file, file_size, position, storages):
    """Returns the first byte of every storage's numbers, by key."""
    starts = {}
    for storage in storages:
        file.seek(position)
        length = int.from_bytes(file.read(LENGTH_BYTES), "little", signed=True)
        start = position + LENGTH_BYTES
        position = start + storage.num_bytes
        if position > file_size:
            raise BadContent(
                f"the storage {shown(storage.key)} needs bytes {start} to "
                f"{position}, but the file has {file_size}: it is cut short"
            )
        if length != storage.total:
            raise BadContent(
                f"the storage {shown(storage.key)} has {length} elements; "
                f"its tensors expect {storage.total}"
            )
        starts[storage.key] = start
    if position != file_size:
        raise BadContent(
            f"{file_size - position} bytes follow its last storage"
        )
    return starts
