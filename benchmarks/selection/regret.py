"""What a choice without labels costs."""

from collections.abc import Sequence

import numpy as np


def regret(mious: Sequence[float], values: Sequence[float]) -> float:
    """Best mIoU minus that of the candidate with the highest value.

    Between equals the later candidate is taken, as `choose` does.

    Args:
        mious: Of each candidate, in points.
        values: What is chosen by, larger is better; NaN is never chosen.

    Returns:
        Points of mIoU, 0 or more.
    """
    column = np.nan_to_num(values, nan=-np.inf)
    chosen = len(column) - 1 - int(np.argmax(column[::-1]))
    return float(max(mious) - mious[chosen])
