"""Measures a segmenter on one split, for the adaptation report.

One pass over the images, each predicted once; of an image a few numbers a
class are kept, and no map.
"""

from collections.abc import Sequence

import numpy as np

from tf_advseg.base.progress import Progress
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.measurement_result import AgainstTruth
from tf_advseg.evaluation.measurement_result import Measurement
from tf_advseg.evaluation.predicted_samples import check_same_classes
from tf_advseg.evaluation.predicted_samples import predicted_samples
from tf_advseg.metrics import boundary_iou
from tf_advseg.metrics import iou as metrics
from tf_advseg.metrics.bootstrap import pixel_counts
from tf_advseg.metrics.calibration import Reliability
from tf_advseg.metrics.calibration import reliability
from tf_advseg.networks.ensemble import Ensemble

ENTROPY_BINS = 25


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
