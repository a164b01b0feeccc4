"""Mean entropy: how undecided a segmenter is on the target.

    H = 1/P sum_x  -sum_c p_xc log p_xc / log C

Morerio, Cavazza and Murino, "Minimal-Entropy Correlation Alignment for
Unsupervised Deep Domain Adaptation" (arXiv 1711.10288), choose settings by
it. Lower is better, up to a point: a segmenter that paints one class
everywhere has entropy 0, so it must never choose alone.

P pixels, C classes.
"""

import math

import numpy as np


def mean_entropy(probabilities: np.ndarray) -> float:
    """Returns the mean normalised entropy, from 0 (sure) to 1 (uniform).

    Args:
        probabilities: `(P, C)`; rows sum to 1.

    Example:
        >>> mean_entropy(np.array([[0.5, 0.5], [1.0, 0.0]]))
        0.5
    """
    return float(entropies(probabilities).mean())


def entropies(probabilities: np.ndarray) -> np.ndarray:
    """Returns the normalised entropy (0-1) of each row `(P,)`."""
    # 0 log 0 is 0: the limit, and what a saturated softmax gives.
    logs = np.log(np.where(probabilities > 0, probabilities, 1.0))
    num_classes = max(probabilities.shape[-1], 2)
    return -(probabilities * logs).sum(axis=-1) / math.log(num_classes)
