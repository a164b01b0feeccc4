"""Agreement: does a segmenter say the same of two views of a scene?

Deng, Gould and Zheng, "On the Strong Correlation Between Model Invariance
and Generalization" (arXiv 2207.07065), see accuracy on unlabelled data follow
the invariance to flips, scales and photometric change; Jiang, Nagarajan,
Baek and Kolter, "Assessing Generalization of SGD via Disagreement" (arXiv
2106.13799), see it follow the agreement of two weights. Both count equal
arg-maxes. Here it is the IoU of soft predictions p and q,

    A = 1/C sum_c  sum_x min(p_xc, q_xc) / (eP + sum_x max(p_xc, q_xc))

since what is to be predicted is a mean of IoUs: a class counts as much as
every other, however few its pixels. e = 0.001 of the pixels leaves a class
that is predicted nowhere without influence: a collapse to one class, which
agrees with itself everywhere, scores 1/C and not 1.

P pixels, C classes.
"""

import numpy as np

SMALLEST_SHARE = 0.001


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Returns A, from 0 to about 1.

    Args:
        first: Probabilities `(P, C)`.
        second: Of the same pixels, `(P, C)`.

    Raises:
        ValueError: If the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(
            "Agreement compares the same pixels; received probabilities of "
            f"shapes {first.shape} and {second.shape}."
        )
    # Sums over many pixels need more than float32.
    shared = np.minimum(first, second).sum(axis=0, dtype=np.float64)
    either = np.maximum(first, second).sum(axis=0, dtype=np.float64)
    return float((shared / (SMALLEST_SHARE * len(first) + either)).mean())
