"""What a PyTorch checkpoint describes: storages, and tensors in them.

storage  a run of numbers of one type, by key
tensor   storage + offset + size + strides, counted in elements
"""

import dataclasses

import numpy as np

from tf_advseg.networks.weights.torch.element_types import ELEMENT_TYPES
from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import shown

MAX_EXTENT = 2**62
"""Sizes are checked against this before they are multiplied."""


@dataclasses.dataclass(frozen=True, eq=False)
class Global:
    """A known name on the machine's stack; nothing of that name is run."""

    name: str


@dataclasses.dataclass(frozen=True, eq=False)
class Storage:
    """A run of `length` elements from `start` of the storage `key`.

    Attributes:
        key: The storage's name in the file.
        type_name: A key of `ELEMENT_TYPES`.
        total: Elements of the whole storage.
        start: First element of this view of it (0 but in old files).
        length: Elements of this view.
    """

    key: str
    type_name: str
    total: int
    start: int
    length: int

    def shares(self, other: "Storage") -> bool:
        """Whether both are views of the same numbers."""
        return (self.key, self.type_name, self.total) == (
            other.key,
            other.type_name,
            other.total,
        )

    @property
    def num_bytes(self) -> int:
        return self.total * ELEMENT_TYPES[self.type_name].item_size


@dataclasses.dataclass(frozen=True, eq=False)
class Tensor:
    """Where a tensor lies; offset and strides are in elements."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def view(self, numbers: np.ndarray) -> np.ndarray:
        """Returns the tensor as a read-only view.

        Args:
            numbers: The whole storage, `(storage.total,)`.
        """
        if 0 in self.shape:
            return np.empty(self.shape, numbers.dtype)
        size = numbers.itemsize
        # A dimension of one element may carry any stride at all.
        strides = [
            stride * size if length > 1 else size
            for length, stride in zip(self.shape, self.strides, strict=True)
        ]
        array = np.ndarray(
            self.shape,
            numbers.dtype,
            buffer=numbers,
            offset=(self.storage.start + self.offset) * size,
            strides=strides,
        )
        array.flags.writeable = False
        return array


def make_storage(persistent_id: object) -> Storage:
    """Returns the storage a persistent id names, checked.

    Args:
        persistent_id: `("storage", type, key, location, elements)`, in the
            old format followed by None or `(view key, offset, elements)`.
    """
    if (
        not isinstance(persistent_id, tuple)
        or len(persistent_id) not in (5, 6)
        or persistent_id[0] != "storage"
    ):
        raise BadContent("a persistent id does not name a storage")
    kind, key, total = (persistent_id[i] for i in (1, 2, 4))
    if not isinstance(kind, Global) or kind.name not in ELEMENT_TYPES:
        raise BadContent("a storage has no element type")
    if not isinstance(key, str):
        raise BadContent("a storage's key is no text")
    start, length = 0, extent(total, f"storage {shown(key)}")
    if len(persistent_id) == 6 and persistent_id[5] is not None:
        start, length = _storage_view(persistent_id[5], total, key)
    return Storage(key, kind.name, total, start, length)


def _storage_view(view, total, key):
    if not isinstance(view, tuple) or len(view) != 3:
        raise BadContent(f"a view of storage {shown(key)} is malformed")
    start = extent(view[1], f"a view of storage {shown(key)}")
    length = extent(view[2], f"a view of storage {shown(key)}")
    if start + length > total:
        raise BadContent(
            f"a view of storage {shown(key)} covers elements {start} to "
            f"{start + length} of {total}"
        )
    return start, length


def extent(number: object, where: str) -> int:
    """Returns `number` if it is a count that arithmetic can bear."""
    if type(number) is not int or not 0 <= number < MAX_EXTENT:
        raise BadContent(f"{where} has a size or offset that is no count")
    return number
