"""How much of each class a labelled split shows: ratios and usual sizes.

FCNs in the Wild (Hoffman et al. 2016, category specific adaptation) takes
from the source the distribution of each class's share of an image, and holds
the predictions on the target between its lower 10 %, mean and upper 10 %;
MinEnt with a class ratio prior (ADVENT) takes the mean ratios.
"""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.base.bounded_map import hasty_pool
from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog


@dataclasses.dataclass(frozen=True)
class ClassStatistics:
    """Class shares of a labelled split; arrays are `(C,)` float64.

    A share is taken of the labelled pixels of an image, since a prediction
    covers all pixels and leaves none unlabelled. The three sizes are over
    the images that contain the class, and 0 where none does.

    Args:
        class_names: The C names.
        ratios: Share of all labelled pixels of the split; sums to 1.
        size_low: 10th percentile of the class's share of an image.
        size_mean: Mean of it.
        size_high: 90th percentile of it.
        num_images: How many labels were read.
    """

    class_names: tuple[str, ...]
    ratios: np.ndarray
    size_low: np.ndarray
    size_mean: np.ndarray
    size_high: np.ndarray
    num_images: int

    def to_dict(self) -> dict[str, Any]:
        """Returns lists and numbers that JSON can hold."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in dataclasses.fields(self)
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ClassStatistics":
        """Returns the statistics that `to_dict` wrote."""
        arrays = ("ratios", "size_low", "size_mean", "size_high")
        return cls(
            class_names=tuple(values["class_names"]),
            num_images=int(values["num_images"]),
            **{name: np.asarray(values[name], float) for name in arrays},
        )

    def to_json(self) -> str:
        """Returns `to_dict` as JSON text."""
        return json.dumps(self.to_dict(), indent=1)


def class_statistics(
    domain: Domain, split: str, max_images: int | None = None
) -> ClassStatistics:
    """Reads the labels of a split and measures every class.

    Args:
        domain: A domain.
        split: A labelled split of it.
        max_images: Read this many labels at most, evenly spaced; None = all.

    Raises:
        DataError: If the split has no labels, a label cannot be read, or no
            pixel of them is labelled.
    """
    if not domain.has_labels(split):
        raise DataError(
            f"Split {split!r} of {domain.name!r} has no labels to measure "
            "classes in."
        )
    keys = evenly_spaced(domain.keys(split), max_images)
    counts = class_counts(domain, keys)
    if not counts.any():
        raise DataError(
            f"All pixels of split {split!r} of {domain.name!r} are ignored "
            f"({IGNORE_LABEL}); expected some of a class."
        )
    return statistics_of(domain.class_set.names, counts)


def statistics_of(
    names: tuple[str, ...], counts: np.ndarray
) -> ClassStatistics:
    """Returns the statistics of pixels of each class by image, `(N, C)`."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    low, mean, high = np.transpose([_sizes(column) for column in shares.T])
    return ClassStatistics(
        class_names=names,
        ratios=counts.sum(axis=0) / counts.sum(),
        size_low=low,
        size_mean=mean,
        size_high=high,
        num_images=len(counts),
    )


def class_counts(
    domain: Domain, keys: Sequence[str], faults: FaultLog | None = None
) -> np.ndarray:
    """Returns the pixels of each class in each label, int64 `(N, C)`.

    Args:
        domain: A domain.
        keys: Of N images with labels.
        faults: Where corrupt labels are counted, all their pixels then being
            0; None raises at the first.

    Raises:
        DataError: If a label, or with `faults` too many, cannot be read.
    """
    num_classes = domain.class_set.num_classes

    def count(key):
        try:
            return _class_counts(domain.read_label(key), num_classes)
        except DataError as error:
            if faults is None:
                raise
            faults.record(key, error)
            return np.zeros(num_classes, np.int64)

    with hasty_pool() as pool:
        return np.stack(list(pool.map(count, keys)))


def evenly_spaced(keys: Sequence[Any], max_keys: int | None) -> list[Any]:
    """Returns at most `max_keys` of the keys, evenly spaced, in order."""
    if max_keys is None or len(keys) <= max_keys:
        return list(keys)
    return [keys[i * len(keys) // max_keys] for i in range(max_keys)]


def _class_counts(label: np.ndarray, num_classes: int) -> np.ndarray:
    return np.bincount(label.ravel(), minlength=256)[:num_classes]


def _sizes(shares: np.ndarray) -> tuple[float, float, float]:
    """Low, mean and high of the shares of one class, `(N,)`, 0 = absent."""
    present = shares[shares > 0]
    if not present.size:
        return 0.0, 0.0, 0.0
    low, high = np.percentile(present, [10, 90])
    return low, present.mean(), high


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value
