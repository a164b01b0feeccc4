"""What the adaptation report wants to know of a segmenter on one split.

One pass over the images, each predicted once. What is kept of an image is a
few numbers a class, so that results can be compared image by image and drawn
again (`tf_advseg.bootstrap`), and no map.

Letters: N images, C classes, M bins of confidence, E bins of entropy.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tf_advseg import boundary_iou
from tf_advseg import metrics
from tf_advseg.bootstrap import miou_of_counts
from tf_advseg.bootstrap import pixel_counts
from tf_advseg.calibration import Reliability
from tf_advseg.calibration import reliability
from tf_advseg.datasets.domain import Domain
from tf_advseg.datasets.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.evaluation_samples import Sample
from tf_advseg.datasets.faults import FaultLog
from tf_advseg.ensemble import Ensemble
from tf_advseg.predicted_samples import check_same_classes
from tf_advseg.predicted_samples import predicted_samples
from tf_advseg.progress import Progress

ENTROPY_BINS = 25


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


def measure(
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    *,
    size: tuple[int, int] | None,
    limit: int = 0,
    progress: Progress | None = None,
) -> Measurement:
    """Predicts a split, or evenly spread images of it, and counts.

    Args:
        ensemble: The segmenter.
        domain: The domain; its class set must be the segmenter's.
        split: A split; its labels, if it has any, are the truth.
        size: (H, W) images are resized to; None keeps each image's own.
        limit: Images at most; 0 takes all.
        progress: Told of each image.

    Raises:
        ValueError: If the class sets differ.
        DataError: If too many images are corrupt.
    """
    check_same_classes(ensemble, domain)
    faults = FaultLog()
    all_keys = domain.keys(split)
    samples = EvaluationSamples(
        domain, spread(all_keys, limit), size, domain.has_labels(split), faults
    )
    tally = _Tally(ensemble.num_classes)
    for sample, maps in predicted_samples(
        ensemble.predict_all, samples, progress=progress
    ):
        tally.add(sample, *maps)
    return Measurement(
        domain=domain.name,
        split=split,
        class_names=domain.class_set.names,
        num_in_split=len(all_keys),
        faults=dict(faults.faults),
        **tally.result(),
    )


def spread(keys: Sequence[str], limit: int) -> list[str]:
    """Returns at most `limit` of the keys, evenly spread; 0 returns all.

    Example:
        >>> spread("abcdefg", 3)
        ['a', 'd', 'g']
    """
    if not limit or len(keys) <= limit:
        return list(keys)
    indices = np.linspace(0, len(keys) - 1, limit).round().astype(int)
    return [keys[index] for index in indices]


class _Tally:
    """Sums of the images so far."""

    def __init__(self, num_classes):
        self.num_classes = num_classes
        self.keys = []
        self.entropies = []
        self.histogram = np.zeros(ENTROPY_BINS, np.int64)
        self.predicted = np.zeros(num_classes, np.int64)
        self.counts = []
        self.confusion = np.zeros((num_classes,) * 2, np.int64)
        self.reliability = Reliability.empty()
        self.boundary = np.zeros((2, num_classes), np.int64)

    def add(self, sample: Sample, classes, entropy, confidence) -> None:
        self.keys.append(sample.key)
        self.entropies.append(entropy.mean(dtype=np.float64))
        bins = (entropy * ENTROPY_BINS).astype(np.intp)
        self.histogram += np.bincount(
            np.clip(bins, 0, ENTROPY_BINS - 1).ravel(), minlength=ENTROPY_BINS
        )
        self.predicted += np.bincount(
            classes.ravel(), minlength=self.num_classes
        )
        if sample.label is not None:
            self._compare(sample.label, classes, confidence)

    def _compare(self, label, classes, confidence) -> None:
        confusion = metrics.confusion_matrix(label, classes, self.num_classes)
        self.counts.append(pixel_counts(confusion))
        self.confusion += confusion
        self.reliability += reliability(
            label, classes, confidence, self.num_classes
        )
        self.boundary += boundary_iou.boundary_counts(
            label, classes, self.num_classes
        )

    def result(self) -> dict:
        truth = None
        if self.counts:
            truth = AgainstTruth(
                np.stack(self.counts),
                self.confusion,
                self.reliability,
                self.boundary,
            )
        return {
            "keys": tuple(self.keys),
            "entropies": np.array(self.entropies),
            "entropy_histogram": self.histogram,
            "predicted_pixels": self.predicted,
            "truth": truth,
        }
