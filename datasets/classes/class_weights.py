"""Weights of classes in a loss: the rarer a class, the more its pixels say.

    w_c = (f_c + 0.02)^(-1/2) / m

f_c: share of class c in the labelled pixels; m makes the mean over the classes
that occur 1. The root and the 0.02 keep a class of a thousandth of the pixels
at some six times the weight of one that has them all: by 1 / f_c it would have
a thousand times that, and its few pixels would rule.
"""

import numpy as np

from tf_advseg.base.checks import DataError

_SMOOTHING = 0.02
_POWER = -0.5


def balanced(counts: np.ndarray) -> tuple[float, ...]:
    """Returns C weights.

    Args:
        counts: Labelled pixels of each class, `(C,)` or `(N, C)` by image.

    Raises:
        DataError: If there is no labelled pixel.
    """
    counts = np.asarray(counts, float)
    counts = counts.reshape(-1, counts.shape[-1]).sum(axis=0)
    if not counts.any():
        raise DataError(
            "Classes cannot be weighted: no label has a labelled pixel."
        )
    weights = (counts / counts.sum() + _SMOOTHING) ** _POWER
    weights /= weights[counts > 0].mean()
    return tuple(float(weight) for weight in weights)
