"""Information maximisation: sure of each pixel, and not always the same.

    I = H(1/P sum_x p_x) - 1/P sum_x H(p_x)

the mutual information of pixel and class, high where single predictions are
sure (second term small) and all classes are used (first term large). Bridle,
Heading and MacKay, "Unsupervised Classifiers, Mutual Information and
'Phantom Targets'" (NIPS 1991); as a score of domain adaptation Shi and Sha
(arXiv 1206.6438). The first term keeps a collapse to one class, which
entropy alone would call perfect, at 0.
"""

import numpy as np

from tf_advseg.selection.scores.entropy import entropies
from tf_advseg.selection.scores.entropy import mean_entropy


def mutual_information(probabilities: np.ndarray) -> float:
    """Returns the mutual information in units of log C, from 0 to 1.

    Args:
        probabilities: `(P, C)`; rows sum to 1.

    Example:
        >>> mutual_information(np.array([[1.0, 0.0], [0.0, 1.0]]))
        1.0
        >>> mutual_information(np.array([[1.0, 0.0], [1.0, 0.0]]))
        0.0
    """
    marginal = probabilities.mean(axis=0, keepdims=True)
    return float(entropies(marginal)[0]) - mean_entropy(probabilities)
