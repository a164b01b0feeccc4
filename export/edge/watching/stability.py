"""The population stability index: how far two distributions lie apart.

    PSI = sum_i (a_i - e_i) ln(a_i / e_i)

with the shares e_i expected and a_i seen in bin i. It is 0 if they are equal
and symmetric: Jeffreys' divergence ("An invariant form for the prior
probability in estimation problems", 1946, eq. 1). Under this name, with the
rule of thumb that 0.1 is a small and 0.25 a large change: N. Siddiqi, "Credit
Risk Scorecards", 2006. Shares below `FLOOR` count as `FLOOR`, since an empty
bin would make it infinite.

Two samples of one distribution differ too. With N and M independent images
in B bins PSI is then about (1/N + 1/M) times a chi-squared variable with
B - 1 degrees of freedom: B. Yurdakul, "Statistical Properties of Population
Stability Index", 2018.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

FLOOR = 1e-4
_NORMAL_999 = 3.0902  # 99.9 % of a normal variable lie below


def population_stability_index(
    expected: Sequence[float], seen: Sequence[float]
) -> float:
    """Returns the PSI of two lists of shares of the same bins.

    Example:
        >>> round(population_stability_index([0.5, 0.5], [0.6, 0.4]), 4)
        0.0405
    """
    total = 0.0
    for e, a in zip(expected, seen):
        e, a = max(e, FLOOR), max(a, FLOOR)
        total += (a - e) * math.log(a / e)
    return total


def by_chance(num_bins: int, num_seen: int, num_expected: int) -> float:
    """Returns the PSI that one in 1,000 samples exceeds without any drift.

    The quantile of chi-squared is Wilson and Hilferty's ("The distribution
    of chi-square", 1931).

    Args:
        num_bins: B.
        num_seen: N, images of the interval.
        num_expected: M, images of the reference.
    """
    freedom = num_bins - 1
    spread = 2 / (9 * freedom)
    quantile = freedom * (1 - spread + _NORMAL_999 * math.sqrt(spread)) ** 3
    return quantile * (1 / num_seen + 1 / num_expected)
