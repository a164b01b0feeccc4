"""What is counted of predicted images, and how counts add up.

A counter takes one image after the other (`update`), takes in what other
workers counted (`merge`), and holds its `result`: a `Sum` of arrays, or a
value `PerImage`. What they count is a function of one image: a new number
about a split is one more function here.

Letters: C classes, E bins of entropy, M bins of confidence.
"""

import dataclasses
import functools
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.metrics import calibration
from tf_advseg.metrics.bootstrap import pixel_counts
from tf_advseg.metrics.boundary_iou import boundary_counts
from tf_advseg.metrics.iou import confusion_matrix
from tf_advseg.training.distributed.workers import Workers

ENTROPY_BINS = 25


@dataclasses.dataclass(frozen=True, eq=False)
class PredictedImage:
    """One image and what is predicted of it; all maps are `(H, W)`.

    Attributes:
        key: Its key in the domain.
        label: Train ids, an array; None without labels.
        num_classes: C.
        classes: Predicted train ids.
        entropy: Normalised (0-1); None if it was not asked for.
        confidence: The probability of the predicted class, or None.
    """

    key: str
    label: Any
    num_classes: int
    classes: np.ndarray
    entropy: Any = None
    confidence: Any = None

    @property
    def truth(self) -> np.ndarray:
        """The label of an image that has one."""
        assert self.label is not None
        return self.label

    @functools.cached_property
    def confusion(self) -> np.ndarray:
        """Pixels by (true class, predicted class), int64 `(C, C)`."""
        return confusion_matrix(self.truth, self.classes, self.num_classes)


class Sum:
    """Adds up an array of each image.

    Args:
        of: From an image to its array.
        shape: Of the array.
        dtype: Of the array; integers do not mind the order of images.
    """

    def __init__(
        self,
        of: Callable[[PredictedImage], np.ndarray],
        *shape: int,
        dtype: type = np.int64,
    ):
        self._of = of
        self.result = np.zeros(shape, dtype)

    def update(self, image: PredictedImage) -> None:
        self.result += self._of(image)

    def merge(self, workers: Workers) -> None:
        self.result = workers.sum(self.result)


class PerImage:
    """Keeps a value of each image by its key.

    Args:
        of: From an image to its value, plain JSON.
    """

    def __init__(self, of: Callable[[PredictedImage], Any]):
        self._of = of
        self.result: dict[str, Any] = {}

    def update(self, image: PredictedImage) -> None:
        self.result[image.key] = self._of(image)

    def merge(self, workers: Workers) -> None:
        self.result = merged(workers, self.result)


Counter = Sum | PerImage


def merged(workers: Workers, by_key: dict[str, Any]) -> dict[str, Any]:
    """All workers' entries in the order of the split, that of the keys."""
    entries = {}
    for of_worker in workers.gather(by_key):
        entries |= of_worker
    return dict(sorted(entries.items()))


def by_part(
    names: Sequence[str], of: Callable[[PredictedImage], np.ndarray]
) -> Callable[[PredictedImage], np.ndarray]:
    """Counts once for all images, and once for those of each of P parts.

    Args:
        names: Of the parts, P; keys begin with them and a slash.
        of: From an image to its array.

    Returns:
        From an image to `(1 + P, ...)`, zeros where it is of another part.
    """
    starts = ["", *(f"{name}/" for name in names)]

    def count(image: PredictedImage) -> np.ndarray:
        found = of(image)
        return np.stack([found * image.key.startswith(s) for s in starts])

    return count


def entries_of(name: str, by_key: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of one part of a mixture, by whole keys."""
    found = by_key.items()
    return {key: value for key, value in found if key.startswith(f"{name}/")}


def one(image: PredictedImage) -> np.ndarray:
    """One an image, `()`."""
    del image
    return np.ones((), np.int64)


def entropy(image: PredictedImage) -> float:
    """The mean normalised entropy (0-1)."""
    assert image.entropy is not None
    return float(image.entropy.mean(dtype=np.float64))


def entropy_histogram(image: PredictedImage) -> np.ndarray:
    """Pixels by normalised entropy `(E,)`."""
    assert image.entropy is not None
    bins = (image.entropy * ENTROPY_BINS).astype(np.intp)
    bins = np.clip(bins, 0, ENTROPY_BINS - 1)
    return np.bincount(bins.ravel(), minlength=ENTROPY_BINS)


def predicted_pixels(image: PredictedImage) -> np.ndarray:
    """Pixels predicted as each class `(C,)`."""
    return np.bincount(image.classes.ravel(), minlength=image.num_classes)


def confusion(image: PredictedImage) -> np.ndarray:
    """Pixels by (true class, predicted class) `(C, C)`."""
    return image.confusion


def class_counts(image: PredictedImage) -> list[list[int]]:
    """What the image's IoUs need `(3, C)`, see `bootstrap.pixel_counts`."""
    return pixel_counts(image.confusion).tolist()


def boundary(image: PredictedImage) -> np.ndarray:
    """Intersections and unions of the classes' outlines `(2, C)`."""
    return boundary_counts(image.truth, image.classes, image.num_classes)


def reliability(image: PredictedImage) -> np.ndarray:
    """The rows of `calibration.Reliability` `(3, M)`, float64."""
    assert image.confidence is not None
    found = calibration.reliability(
        image.truth, image.classes, image.confidence, image.num_classes
    )
    return np.stack(dataclasses.astuple(found))
