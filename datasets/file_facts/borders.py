"""How sharp the borders between ids are in a label.

Drawn labels go from one id to another at once. Resized with smoothing, or
saved as JPEG in between, they pass through the ids that lie between: false
classes, in lines of one or two pixels, each of them valid.

Along rows and columns, a window of `_GAP` + 1 pixels whose ends are at least
two pixels of two ids l and r, |l - r| >= 2, is a border; it is smeared if an
id between l and r lies inside.
"""

import numpy as np

from tf_advseg.base.conventions import IGNORE_LABEL

_GAP = 3
_LINES = 256
"""So many rows and columns are looked at: enough to tell, and soon done."""


def measure_borders(ids: np.ndarray) -> tuple[int, int, int]:
    """Returns how many borders there are, are smeared, and by how many ids.

    Args:
        ids: `(H, W)`. 255 is no end of a border: anything may lie beside it.
    """
    num_borders, num_smeared = 0, 0
    between = np.zeros(2**16, np.int64)
    for lines in (ids, ids.T):
        borders, inside = _borders(lines[:: -(-len(lines) // _LINES)])
        num_borders += borders
        num_smeared += len(inside)
        between += np.bincount(inside, minlength=2**16)
    often = between[between > 0.05 * max(num_smeared, 1)]
    return num_borders, num_smeared, len(often)


def _borders(lines: np.ndarray) -> tuple[int, np.ndarray]:
    """The number of borders, and an id inside each smeared one."""
    length = lines.shape[1] - _GAP - 2
    if length < 1:
        return 0, np.zeros(0, np.int64)
    parts = [lines[:, k : k + length] for k in range(_GAP + 3)]
    before, left, *inside, right, after = (p.astype(np.int32) for p in parts)
    border = (before == left) & (after == right) & (abs(left - right) >= 2)
    border &= (left != IGNORE_LABEL) & (right != IGNORE_LABEL)
    rows, columns = np.nonzero(border)
    low = np.minimum(left, right)[rows, columns]
    high = np.maximum(left, right)[rows, columns]
    smeared = np.full(len(rows), -1)
    for pixels in inside:
        here = pixels[rows, columns]
        smeared = np.where((low < here) & (here < high), here, smeared)
    return len(rows), smeared[smeared >= 0]
