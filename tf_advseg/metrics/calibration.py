"""Whether a segmenter that says "80 % sure" is right 80 % of the time.

    C. Guo, G. Pleiss, Y. Sun, K. Weinberger, On Calibration of Modern Neural
    Networks, ICML 2017, equations 2 to 5.

Pixels are sorted into M bins of equal width by their confidence, the largest
probability. With n_m pixels in bin m, a mean confidence conf(m) and a share
acc(m) of right ones,

    ECE = sum_m n_m / n |acc(m) - conf(m)|

Counts of several images are added before anything is divided, so that memory
does not grow with their number.
"""

import dataclasses

import numpy as np

NUM_BINS = 15
"""M, as in the paper's table 1."""


@dataclasses.dataclass(frozen=True, eq=False)
class Reliability:
    """Pixels by confidence; those of several images add up.

    Args:
        counts: n_m, whole numbers `(M,)`.
        confidence: Sums of the confidences in each bin, float64 `(M,)`.
        correct: How many pixels of each bin are right `(M,)`.
    """

    counts: np.ndarray
    confidence: np.ndarray
    correct: np.ndarray

    @property
    def mean_confidence(self) -> np.ndarray:
        """conf(m) `(M,)`, NaN where a bin is empty."""
        return _divide(self.confidence, self.counts)

    @property
    def accuracy(self) -> np.ndarray:
        """acc(m) `(M,)`, NaN where a bin is empty."""
        return _divide(self.correct, self.counts)

    @property
    def expected_error(self) -> float:
        """The ECE, a fraction; NaN without pixels."""
        total = self.counts.sum()
        if not total:
            return float("nan")
        gaps = np.abs(self.correct - self.confidence)
        return float(gaps.sum() / total)

    @property
    def overconfidence(self) -> float:
        """Mean confidence minus accuracy: above 0 it is surer than right."""
        total = self.counts.sum()
        if not total:
            return float("nan")
        return float((self.confidence.sum() - self.correct.sum()) / total)


def reliability(
    labels: np.ndarray,
    predictions: np.ndarray,
    confidence: np.ndarray,
    num_classes: int,
    num_bins: int = NUM_BINS,
) -> Reliability:
    """Sorts the labelled pixels of an image by confidence.

    Args:
        labels: Train ids `(H, W)`; those outside `[0, num_classes)` do not
            count.
        predictions: Predicted train ids `(H, W)`.
        confidence: The largest probability of each pixel `(H, W)`.
        num_classes: C.
        num_bins: M.

    Example:
        >>> one = reliability(np.array([0, 0]), np.array([0, 1]),
        ...                   np.array([0.9, 0.9]), 2)
        >>> round(one.expected_error, 3)
        0.4
    """
    counted = (labels >= 0) & (labels < num_classes)
    sure = confidence[counted].astype(np.float64)
    right = labels[counted] == predictions[counted]
    # The last bin holds 1.0 too.
    bins = np.minimum((sure * num_bins).astype(np.intp), num_bins - 1)
    return Reliability(
        np.bincount(bins, minlength=num_bins),
        np.bincount(bins, weights=sure, minlength=num_bins),
        np.bincount(bins[right], minlength=num_bins),
    )


def _divide(sums, counts):
    empty = np.full(len(counts), np.nan)
    return np.divide(sums, counts, out=empty, where=counts > 0)
