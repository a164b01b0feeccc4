"""The number types of PyTorch storages, little endian, and how to read them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class ElementType(NamedTuple):
    """How numbers lie in the file, and the NumPy type they become."""

    on_disk: str
    decode: Callable[[np.ndarray], np.ndarray] = lambda numbers: numbers

    @property
    def item_size(self) -> int:
        return np.dtype(self.on_disk).itemsize


def _widen_bfloat16(bits):
    """A bfloat16 is the upper half of a float32."""
    return (bits.astype("<u4") << 16).view("<f4")


ELEMENT_TYPES = {
    "torch.FloatStorage": ElementType("<f4"),
    "torch.DoubleStorage": ElementType("<f8"),
    "torch.HalfStorage": ElementType("<f2"),
    "torch.BFloat16Storage": ElementType("<u2", _widen_bfloat16),
    "torch.LongStorage": ElementType("<i8"),
    "torch.IntStorage": ElementType("<i4"),
    "torch.ShortStorage": ElementType("<i2"),
    "torch.CharStorage": ElementType("i1"),
    "torch.ByteStorage": ElementType("u1"),
    "torch.BoolStorage": ElementType("u1", lambda numbers: numbers != 0),
}
