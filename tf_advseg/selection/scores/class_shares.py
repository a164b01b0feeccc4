"""Class shares: does the target look composed as the source is?

The Jensen-Shannon divergence (Lin, 1991) of the classes' shares q predicted
on the target and their shares r in the source's labels,

    D = 1/2 KL(q | m) + 1/2 KL(r | m),   m = (q + r) / 2

in units of log 2, from 0 (equal) to 1 (nothing in common). Class shares as a
prior: FCNs in the Wild (arXiv 1612.02649, section 3.3) and ADVENT (arXiv
1811.12833, section 3.3). The target's true shares differ from the source's,
so small differences mean nothing; a class that swallows the image does.
"""

import math

import numpy as np


def class_share_distance(probabilities: np.ndarray, prior: np.ndarray) -> float:
    """Returns D, from 0 to 1.

    Args:
        probabilities: `(P, C)` on the target.
        prior: `(C,)`, the source's class shares; sums to 1.

    Example:
        >>> class_share_distance(np.array([[1.0, 0.0]]), np.array([0.0, 1.0]))
        1.0
    """
    shares = probabilities.mean(axis=0, dtype=np.float64)
    middle = (shares + prior) / 2
    distance = _divergence(shares, middle) + _divergence(prior, middle)
    return float(distance / (2 * math.log(2)))


def _divergence(shares, middle) -> float:
    present = shares > 0
    ratios = shares[present] / middle[present]
    return float((shares[present] * np.log(ratios)).sum())
