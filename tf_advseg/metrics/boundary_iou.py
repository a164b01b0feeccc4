"""Boundary IoU: how well outlines are met, large objects' too.

    B. Cheng, R. Girshick, P. Dollár, A. Berg, A. Kirillov, Boundary IoU:
    Improving Object-Centric Image Segmentation Evaluation, CVPR 2021,
    equation 2:

    |(G_d and G) and (P_d and P)| / |(G_d and G) or (P_d and P)|

G is the truth's mask of a class, G_d the pixels closer than d to its
outline, P and P_d the prediction's. Inside its own mask a pixel is close to
the outline exactly if the square of side 2 d + 1 around it holds another
class; so one pass marks the outlines of all classes. The image's edge is an
outline, as in the authors' evaluation. Pixels without a label are taken out
of truth and prediction alike before outlines are found.

Counts of the images of a split are added before they are divided, as for
the plain IoU. Letters: (H, W) pixels, C classes.
"""

import math

import numpy as np

from tf_advseg.base.conventions import IGNORE_LABEL

DISTANCE = 0.02
"""d as a share of the image's diagonal, the paper's choice for COCO and LVIS
(section 5; for the large images of Cityscapes it takes 0.005)."""

INTERSECTION, UNION = 0, 1
"""What the first axis of boundary counts `(2, C)` counts."""

_OUTSIDE = -1


def boundary_counts(
    labels: np.ndarray,
    predictions: np.ndarray,
    num_classes: int,
    distance: float = DISTANCE,
) -> np.ndarray:
    """Counts outline pixels of one image, by class.

    Args:
        labels: Train ids `(H, W)`; those outside `[0, num_classes)` are
            ignored.
        predictions: Predicted train ids `(H, W)`.
        num_classes: C.
        distance: d as a share of the diagonal; at least one pixel.

    Returns:
        int64 `(2, C)`, intersections and unions.
    """
    labelled = (labels >= 0) & (labels < num_classes)
    truth = np.where(labelled, labels, IGNORE_LABEL).astype(np.int16)
    guess = np.where(labelled, predictions, IGNORE_LABEL).astype(np.int16)
    pixels = max(1, round(distance * math.hypot(*labels.shape)))
    in_truth = near_outline(truth, pixels) & labelled
    in_guess = near_outline(guess, pixels) & labelled

    def by_class(classes, where):
        return np.bincount(classes[where], minlength=num_classes)

    both = by_class(truth, in_truth & in_guess & (truth == guess))
    either = by_class(truth, in_truth) + by_class(guess, in_guess) - both
    return np.stack([both, either])


def boundary_iou(counts: np.ndarray) -> np.ndarray:
    """Returns the boundary IoU of each class `(C,)`, NaN where absent."""
    both, either = counts
    empty = np.full(len(both), np.nan)
    return np.divide(both, either, out=empty, where=either > 0)


def near_outline(class_map: np.ndarray, pixels: int) -> np.ndarray:
    """Marks pixels with another class, or the image's edge, in their square.

    The square of side `2 * pixels + 1` is of one class exactly if no class
    changes between neighbours in it. Changes are added up once, so that the
    cost does not grow with the square.

    Returns:
        bool `(H, W)`.

    Example:
        >>> near_outline(np.zeros((1, 5), int), 0).tolist()
        [[False, False, False, False, False]]
        >>> near_outline(np.zeros((5, 5), int), 2).tolist()[2]
        [True, True, False, True, True]
    """
    height, width = class_map.shape
    padded = np.pad(class_map, pixels, constant_values=_OUTSIDE)
    side = 2 * pixels + 1
    across = _sums(padded[:, 1:] != padded[:, :-1], side, side - 1)
    down = _sums(padded[1:] != padded[:-1], side - 1, side)
    return (across[:height, :width] + down[:height, :width]) > 0


def _sums(values, height, width):
    """Sums of all windows of a size, from a table of sums."""
    table = np.pad(values.astype(np.int32), ((1, 0), (1, 0)))
    table = table.cumsum(axis=0, dtype=np.int32)
    table = table.cumsum(axis=1, dtype=np.int32)
    upper = table[height:] - table[: len(table) - height]
    return upper[:, width:] - upper[:, : upper.shape[1] - width]
