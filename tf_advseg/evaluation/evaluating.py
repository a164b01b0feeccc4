"""The two ways to look at a split: they differ in what they count.

`evaluate_segmenter` compares with labels, as the papers' programs do: one
confusion matrix of every pixel. `measure`, for the adaptation report, also
asks how sure the segmenter is. That needs no labels, and shows a collapse
(one class everywhere) and a domain gap (high entropy) on the target.
"""

import dataclasses
import functools
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.evaluation import bands
from tf_advseg.evaluation import counters
from tf_advseg.evaluation.counters import ENTROPY_BINS
from tf_advseg.evaluation.counters import Counter
from tf_advseg.evaluation.counters import PerImage
from tf_advseg.evaluation.counters import Sum
from tf_advseg.evaluation.loop import Classifier
from tf_advseg.evaluation.loop import Predict
from tf_advseg.evaluation.loop import count_split
from tf_advseg.evaluation.measurement import AgainstTruth
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.metrics.calibration import NUM_BINS
from tf_advseg.metrics.calibration import Reliability
from tf_advseg.networks.ensemble import Ensemble


def has_labels(domain: Domain, split: str) -> bool:
    """Whether the domain has that split, with labels."""
    return split in domain.splits and domain.has_labels(split)


def evaluate_segmenter(
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    *,
    size: tuple[int, int] | None,
    **options: Any,
) -> Evaluation:
    """Compares predictions with the labels of a split.

    Args:
        ensemble: One segmenter, or several.
        domain: Its labels are the truth.
        split: A split that has labels.
        size: As in `loop.count_split`; further `options` are its others.

    Raises:
        ValueError: If the split has no labels, or the segmenters have other
            classes than the domain.
        DataError: If a sample is corrupt, or, with `faults`, too many are.
    """
    if not domain.has_labels(split):
        raise ValueError(
            f"Split {split!r} of {domain.name!r} has no labels to evaluate "
            "against. Choose a labelled split, or look at entropies and class "
            "shares with `tf_advseg.evaluation.evaluating.measure`."
        )

    predict = functools.partial(bands.predict, ensemble, maps=bands.CLASSES)
    return evaluate_predictions(
        predict, ensemble, domain, split, size=size, **options
    )


def evaluate_predictions(
    predict: Predict,
    predictor: Classifier,
    domain: Domain,
    split: str,
    *,
    size: tuple[int, int] | None,
    **options: Any,
) -> Evaluation:
    """As `evaluate_segmenter`, of whatever predicts; the split has labels.

    Args:
        predict: From images and an output size to `(classes,)`.
        predictor: Whose classes they are.
        domain: As above, and so are `split`, `size` and `options`.
    """
    num_classes = predictor.num_classes
    names = parts_of(domain, split)
    shape = (1 + len(names), num_classes, num_classes)
    counted = {
        "confusion": Sum(counters.by_part(names, counters.confusion), *shape),
        "num_images": Sum(counters.by_part(names, counters.one), *shape[:1]),
    }
    found = count_split(
        predictor,
        predict,
        domain,
        split,
        counted,
        with_labels=True,
        size=size,
        **options,
    )
    confusions, numbers = found.pop("confusion"), found.pop("num_images")
    whole = Evaluation(
        size=size,
        confusion=confusions[0],
        num_images=int(numbers[0]),
        **found,
    )
    parts = {
        name: dataclasses.replace(
            whole,
            domain=name,
            confusion=confusions[index],
            num_images=int(numbers[index]),
            faults=counters.entries_of(name, whole.faults),
        )
        for index, name in enumerate(names, 1)
    }
    return dataclasses.replace(whole, parts=parts)


def parts_of(domain: Domain, split: str) -> tuple[str, ...]:
    """The names of the domains that a mixture's split is of; none of others."""
    if not isinstance(domain, Mixture):
        return ()
    return tuple(part.name for part in domain.parts_with(split))


def check_counted(
    found: Evaluation | Measurement, domain: Domain, split: str
) -> None:
    """Raises `DataError` if every image of a split was left out."""
    if len(found.faults) == len(domain.keys(split)):
        first = next(iter(found.faults.values()))
        raise DataError(
            f"None of the {len(found.faults)} images of split {split!r} of "
            f"{domain.name!r} could be evaluated; the first: {first}"
        )


def measure(
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    *,
    with_labels: bool = True,
    **options: Any,
) -> Measurement:
    """Says how sure predictions are and, if there are labels, how right.

    Args:
        ensemble: One segmenter, or several.
        domain: The domain.
        split: A split; its labels, if it has any, are the truth.
        with_labels: False: labels are not looked at.
        **options: As in `loop.count_split`.

    Raises:
        ValueError: If the segmenters have other classes than the domain.
        DataError: If a sample is corrupt, or, with `faults`, too many are.
    """
    num_classes = ensemble.num_classes
    maps = bands.ENTROPIES
    counted: dict[str, Counter] = {
        "entropies": PerImage(counters.entropy),
        "entropy_histogram": Sum(counters.entropy_histogram, ENTROPY_BINS),
        "predicted_pixels": Sum(counters.predicted_pixels, num_classes),
    }
    of_truth: dict[str, Counter] = {}
    if with_labels and domain.has_labels(split):
        maps = bands.CONFIDENCES
        of_truth = {
            "counts": PerImage(counters.class_counts),
            "confusion": Sum(counters.confusion, num_classes, num_classes),
            "reliability": Sum(counters.reliability, 3, NUM_BINS, dtype=float),
            "boundary": Sum(counters.boundary, 2, num_classes),
        }
    found = count_split(
        ensemble,
        functools.partial(bands.predict, ensemble, maps=maps),
        domain,
        split,
        counted | of_truth,
        with_labels=bool(of_truth),
        **options,
    )
    truth = {name: found.pop(name) for name in of_truth}
    return Measurement(
        num_in_split=len(domain.keys(split)),
        truth=_truth(**truth) if truth else None,
        parts=parts_of(domain, split),
        **found,
    )


def _truth(counts, reliability, **others) -> AgainstTruth | None:
    """None if no image was there to be compared."""
    if not counts:
        return None
    return AgainstTruth(
        counts=np.array(list(counts.values())),
        reliability=Reliability(*reliability),
        **others,
    )
