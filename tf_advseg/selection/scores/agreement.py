"""Agreement: does a segmenter say the same of two views of a scene?

Deng, Gould and Zheng, "On the Strong Correlation Between Model Invariance
and Generalization" (arXiv 2207.07065), see accuracy on unlabelled data follow
the "effective invariance" to flips, scales and photometric change: 0 where
the views' classes differ, and sqrt(p q) of their two confidences where they
are the same. Jiang, Nagarajan, Baek and Kolter, "Assessing Generalization of
SGD via Disagreement" (arXiv 2106.13799), see it follow the agreement of two
weights. Here it is summed as IoU sums, since a mean of IoUs is what is to be
predicted: with a and b the classes of both views at a pixel,

    A = 1/C sum_c  sum_{x: a_x = b_x = c} sqrt(p_x q_x)
                   / (eP + |{x: a_x = c or b_x = c}|)

A class counts as much as every other, however few its pixels. One that is
predicted nowhere counts 0, so a collapse to one class, which agrees with
itself everywhere, scores 1/C; and confidences below 1 keep a segmenter that
is undecided everywhere, and so always the same, from scoring high.
e = 0.001 of the pixels calms classes of which there is next to nothing.

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
    ours, theirs = first.argmax(axis=1), second.argmax(axis=1)
    confidences = np.sqrt(first.max(axis=1) * second.max(axis=1))
    return mean_overlap(ours, theirs, first.shape[1], confidences)


def mean_overlap(
    ours: np.ndarray,
    theirs: np.ndarray,
    num_classes: int,
    weights: np.ndarray | None = None,
) -> float:
    """The mean over classes of the calmed IoU of two class maps.

    Args:
        ours: Classes of pixels `(P,)`.
        theirs: Others' of the same pixels.
        num_classes: C.
        weights: What each pixel counts where both agree; None: 1.
    """
    same = ours == theirs

    def count(classes, weights=None):
        return np.bincount(classes, weights, minlength=num_classes)

    shared = count(ours[same], None if weights is None else weights[same])
    either = count(ours) + count(theirs) - count(ours[same])
    return float((shared / (SMALLEST_SHARE * len(ours) + either)).mean())
