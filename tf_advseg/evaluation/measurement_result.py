"""What `evaluation.measurement` finds: numbers an image, sums over a split.

A few numbers an image and class are kept, so that results can be compared
image by image and drawn again (`tf_advseg.metrics.bootstrap`).

Letters: N images, C classes, M bins of confidence, E bins of entropy.
"""

import dataclasses

import numpy as np

from tf_advseg.metrics import boundary_iou
from tf_advseg.metrics import iou as metrics
from tf_advseg.metrics.bootstrap import miou_of_counts
from tf_advseg.metrics.calibration import Reliability


@dataclasses.dataclass(frozen=True, eq=False)
class AgainstTruth:
    """How predictions meet the labels.

    Attributes:
        counts: Intersections, true and predicted pixels, int64 `(N, 3, C)`.
        confusion: int64 `(C, C)`, rows are the truth.
        reliability: Pixels by confidence.
        boundary: Intersections and unions of outlines, int64 `(2, C)`.
    """

    counts: np.ndarray
    confusion: np.ndarray
    reliability: Reliability
    boundary: np.ndarray

    @property
    def iou(self) -> np.ndarray:
        """IoU of each class `(C,)`, a fraction; NaN where it is absent."""
        return metrics.iou_per_class(self.confusion)

    @property
    def miou(self) -> float:
        """Mean IoU of the classes that occur."""
        return metrics.mean_iou(self.confusion)

    @property
    def boundary_iou(self) -> np.ndarray:
        """Boundary IoU of each class `(C,)`."""
        return boundary_iou.boundary_iou(self.boundary)

    @property
    def image_mious(self) -> np.ndarray:
        """Mean IoU of each image on its own `(N,)`."""
        return miou_of_counts(self.counts)


@dataclasses.dataclass(frozen=True, eq=False)
class Measurement:
    """A segmenter on a split.

    Attributes:
        domain: Name of the domain.
        split: Name of the split.
        class_names: C names.
        keys: The images, N keys.
        entropies: Mean normalised entropy (0-1) of each image `(N,)`.
        entropy_histogram: Pixels by normalised entropy, int64 `(E,)`.
        predicted_pixels: int64 `(C,)`: pixels predicted as each class.
        num_in_split: How many images the split has, looked at or not.
        faults: The key of each image that was left out, and why.
        truth: What the labels say, or None without labels.
    """

    domain: str
    split: str
    class_names: tuple[str, ...]
    keys: tuple[str, ...]
    entropies: np.ndarray
    entropy_histogram: np.ndarray
    predicted_pixels: np.ndarray
    num_in_split: int
    faults: dict[str, str]
    truth: AgainstTruth | None

    @property
    def mean_entropy(self) -> float:
        """Mean over the images, NaN if there are none."""
        return float(self.entropies.mean()) if self.keys else float("nan")

    @property
    def class_shares(self) -> np.ndarray:
        """Share of the pixels predicted as each class `(C,)`."""
        return self.predicted_pixels / max(self.predicted_pixels.sum(), 1)
