"""Run-length codes of masks, as three tools want them."""

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


_BITS = 8
_WIDTHS = (3, 4, 8, 16)
