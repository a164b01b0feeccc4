"""How far apart the class balances of two splits are."""

import numpy as np

from tf_advseg.datasets.doctor.split_survey import SplitSurvey


def balance_gap(one: SplitSurvey, other: SplitSurvey) -> float:
    """Returns the total variation of the class shares of two splits.

    sum |p - q| / 2: the share of pixels that would have to change class for
    the balances to be equal, 0 to 1.

    Args:
        one: A split with labels.
        other: Another, of the same classes.
    """
    return float(np.abs(one.shares - other.shares).sum() / 2)
