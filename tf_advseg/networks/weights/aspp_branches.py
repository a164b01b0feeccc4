"""How many branches of its classifiers a checkpoint's program sums.

AdaptSegNet returns from inside the loop over its four branches and so sums
the first two; ADVENT sums all four. Both files have all four, under the same
names. But AdaptSegNet's last two never get a gradient, nor weight decay:
they stay as they were drawn, which can be seen.
"""

import math
from collections.abc import Mapping

import numpy as np

from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.weights.pytorch_names import Naming

ALL = 4
SUMMED_BY_ADAPTSEGNET = 2
INITIAL_DEVIATION = 0.01
TOLERANCE = 0.01
"""Relative; of 100,000 and more draws the deviation is known to 0.3 %."""


def count_branches(
    naming: Naming, arrays: Mapping[str, np.ndarray]
) -> tuple[int, str]:
    """Returns 2 or 4, and why, as half a sentence."""
    head = naming.heads[MAIN]
    if head == "classifier" or (head == "layer5" and len(naming.heads) == 1):
        return SUMMED_BY_ADAPTSEGNET, "only AdaptSegNet uses these names"
    drawn = [_is_as_drawn(arrays, head, index) for index in range(ALL)]
    if drawn == [False, False, True, True]:
        return SUMMED_BY_ADAPTSEGNET, "the other two were never trained"
    return ALL, (
        "as ADVENT does; the file does not say, and AdaptSegNet sums 2"
    )


def _is_as_drawn(arrays, head, index):
    """Whether a branch still looks like its random initialisation."""
    weight = arrays.get(f"{head}.conv2d_list.{index}.weight")
    bias = arrays.get(f"{head}.conv2d_list.{index}.bias")
    if weight is None or bias is None or weight.ndim != 4:
        return False
    deviation = float(np.std(weight, dtype=np.float64))
    bound = 1 / math.sqrt(np.prod(weight.shape[1:]))
    return bool(
        abs(deviation / INITIAL_DEVIATION - 1) < TOLERANCE
        and np.abs(bias).max() <= bound * (1 + TOLERANCE)
    )
