"""Run-length codes of masks, as three tools have them."""

from collections.abc import Sequence

import numpy as np


def counts(values: np.ndarray) -> list[int]:
    """Lengths of the runs of a flat mask, of zeros first.

    >>> counts(np.array([True, True, False]))
    [0, 2, 1]
    """
    values = np.asarray(values, bool)
    changes = np.flatnonzero(np.diff(values)) + 1
    lengths = np.diff(np.concatenate(([0], changes, [len(values)])))
    first = [0] if values[0] else []
    return [*first, *(int(length) for length in lengths)]


def packed(mask: np.ndarray) -> list[int]:
    """A mask as Label Studio's brush has it: bytes of thi.ng's "rle-pack".

    The picture has four channels, all of them 255 where the mask is. A
    header: 32 bits for the number of values, 5 for their width less one, and
    four times 4 for the widths of counts less one. Then runs: a bit 1, two
    bits that choose the width of the count, the count less one, the value.

    Args:
        mask: bool `(H, W)`.
    """
    values = np.asarray(mask, bool).ravel()
    lengths = [4 * length for length in counts(values)]
    parts = [f"{4 * values.size:032b}", f"{_BITS - 1:05b}"]
    parts += [f"{width - 1:04b}" for width in _WIDTHS]
    for index, length in enumerate(lengths):
        value = 255 * (index % 2)
        while length:
            part = min(length, 2 ** _WIDTHS[-1])
            which = next(i for i, w in enumerate(_WIDTHS) if part <= 2**w)
            width = _WIDTHS[which]
            parts.append(f"1{which:02b}{part - 1:0{width}b}{value:08b}")
            length -= part
    bits = "".join(parts)
    bits += "0" * (-len(bits) % 8)
    return [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]


def unpacked(data: Sequence[int], num_values: int) -> np.ndarray:
    """The inverse of `packed`, of whatever picture: uint8 `(num_values,)`.

    Label Studio also writes chunks that begin with a bit 0: there are as many
    values as the count says, one after the other.

    Args:
        data: The bytes.
        num_values: How many values are expected.

    Raises:
        ValueError: If they are none, or cut short, or of another picture.
    """
    bits = _Bits(bytes(data))
    total, width = bits.take(32), bits.take(5) + 1
    widths = [bits.take(4) + 1 for _ in _WIDTHS]
    if total != num_values or width > _BITS:
        raise ValueError(
            f"its run lengths are of {total:,} values of {width} bits; "
            f"expected {num_values:,} of {_BITS}"
        )
    values, filled = np.zeros(total, np.uint8), 0
    while filled < total:
        is_run = bits.take(1)
        count = bits.take(widths[bits.take(2)]) + 1
        if count > total - filled:
            raise ValueError("its run lengths are longer than its picture")
        found = bits.take(width) if is_run else bits.take_all(count, width)
        values[filled : filled + count] = found
        filled += count
    return values


class _Bits:
    """Numbers of any width, one after the other in some bytes."""

    def __init__(self, data: bytes):
        self._data = data
        self._place = 0

    def take(self, width: int) -> int:
        """The next number."""
        first, last, after = self._advance(width)
        number = int.from_bytes(self._data[first:last], "big")
        return number >> after & ((1 << width) - 1)

    def take_all(self, count: int, width: int) -> np.ndarray:
        """The next numbers `(count,)`."""
        begin = self._place
        first, last, _ = self._advance(count * width)
        found = np.frombuffer(self._data[first:last], np.uint8)
        bits = np.unpackbits(found)[begin - 8 * first :][: count * width]
        return bits.reshape(count, width) @ (1 << np.arange(width)[::-1])

    def _advance(self, width: int) -> tuple[int, int, int]:
        """Goes on; the first byte, that after the last, and bits left in it."""
        begin, end = self._place, self._place + width
        if end > 8 * len(self._data):
            raise ValueError("its run lengths are cut short")
        self._place = end
        last = (end + 7) // 8
        return begin // 8, last, 8 * last - end


_BITS = 8
_WIDTHS = (3, 4, 8, 16)
