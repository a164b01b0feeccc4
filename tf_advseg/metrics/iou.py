"""What a segmentation is worth: confusion matrix, IoU and their means.

    IoU_c = M[c, c] / (sum_j M[c, j] + sum_i M[i, c] - M[c, c])

with `M[i, j]` the number of pixels of class `i` (truth) that were predicted
as class `j`, summed over ALL images of a split before any division: the
data set's IoU, not the mean of each image's, as in both official programs
and in the Cityscapes benchmark.

The rule for absent classes: a class that occurs neither in the truth nor in
the prediction has an empty union; its IoU is NaN and every mean leaves it
out. A class that is absent from the truth but predicted somewhere scores 0.

Letters: C classes, (H, W) pixels. IoUs are fractions (0-1) here; texts show
them times 100 with two decimals.
"""

from collections.abc import Sequence

import numpy as np

from tf_advseg.base.checks import check_choice


def confusion_matrix(
    labels: np.ndarray, predictions: np.ndarray, num_classes: int
) -> np.ndarray:
    """Counts pixels by (true class, predicted class).

    Add the matrices of several images to get the data set's. Pixels whose
    truth is outside `[0, num_classes)`, 255 among them, are dropped, whatever
    was predicted there.

    Args:
        labels: Train ids, any integer type and shape, `(H, W)` as a rule.
        predictions: Predicted train ids, the same shape.
        num_classes: C, the number of classes.

    Returns:
        int64 `(C, C)`; rows are the truth, columns the prediction.

    Raises:
        ValueError: If the shapes differ or a predicted id at a counted pixel
            is outside `[0, num_classes)`.

    Example:
        >>> confusion_matrix(np.array([0, 0, 1, 255]), np.array([0, 1, 1, 0]),
        ...                  num_classes=2).tolist()
        [[1, 1], [0, 1]]
    """
    labels = np.asarray(labels)
    predictions = np.asarray(predictions)
    if labels.shape != predictions.shape:
        raise ValueError(
            "Labels and predictions must have one shape; received labels "
            f"{labels.shape} and predictions {predictions.shape}. Resize the "
            "logits to the label's size before the arg-max."
        )
    counted = (labels >= 0) & (labels < num_classes)
    truth = labels[counted].astype(np.intp)
    predicted = predictions[counted]
    if predicted.size and not (
        predicted.min() >= 0 and predicted.max() < num_classes
    ):
        raise ValueError(
            f"Predictions must be in [0, {num_classes}); received ids from "
            f"{predicted.min()} to {predicted.max()}. Does the segmenter have "
            "the same classes as the labels?"
        )
    cells = np.bincount(
        truth * num_classes + predicted, minlength=num_classes**2
    )
    return cells.reshape(num_classes, num_classes)


def iou_per_class(confusion: np.ndarray) -> np.ndarray:
    """Returns each class's IoU as float64 `(C,)`.

    NaN where the class is absent from truth AND prediction (union 0).

    Example:
        >>> iou_per_class(np.array([[3, 1], [0, 4]])).tolist()
        [0.75, 0.8]
    """
    intersection = np.diagonal(confusion).astype(np.float64)
    union = confusion.sum(axis=0) + confusion.sum(axis=1) - intersection
    return np.divide(
        intersection,
        union,
        out=np.full(len(intersection), np.nan),
        where=union > 0,
    )


def mean_iou(confusion: np.ndarray) -> float:
    """Returns the mean IoU of the classes that occur, NaN if none does.

    Example:
        >>> round(mean_iou(np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])), 3)
        0.775
    """
    return mean_of_present(iou_per_class(confusion))


def subset_mean_iou(
    confusion: np.ndarray,
    class_names: Sequence[str],
    subset: Sequence[str],
) -> float:
    """Returns the mean IoU over some of the classes, chosen by name.

    The IoUs are the full problem's: pixels of the other classes still count
    as errors where they are predicted as one of `subset`. This is how a
    19-class model is reported over 16 or 13 classes.

    Raises:
        ValueError: If a name is no class, or the matrix has another size.
    """
    if confusion.shape != (len(class_names), len(class_names)):
        raise ValueError(
            f"Expected a {len(class_names)}x{len(class_names)} confusion "
            f"matrix, one row a class name; received {confusion.shape}."
        )
    names = list(class_names)
    indices = [names.index(check_choice("class", n, names)) for n in subset]
    return mean_of_present(iou_per_class(confusion)[indices])


def pixel_accuracy(confusion: np.ndarray) -> float:
    """Returns the share of counted pixels predicted right, NaN if none."""
    total = confusion.sum()
    return float(np.trace(confusion) / total) if total else float("nan")


def mean_of_present(values: np.ndarray) -> float:
    """Returns the mean without the NaNs; NaN, silently, if nothing is left."""
    present = values[~np.isnan(values)]
    return float(present.mean()) if present.size else float("nan")
