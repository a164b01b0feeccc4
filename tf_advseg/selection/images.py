"""The images that candidates are scored on, read once and kept.

They stay in memory as bytes: all candidates see the same ones, and reading
them again for each would cost more than the networks do.
"""

import dataclasses
from collections.abc import Iterable
from collections.abc import Sequence

import numpy as np

from tf_advseg.datasets.classes.statistics import class_statistics
from tf_advseg.datasets.classes.statistics import evenly_spaced
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.datasets.files.faults import FaultLog

KEPT_BYTES = 512 * 1024**2
PRIOR_LABELS = 100
"""Labels of the source that the prior is counted in: its shares are then
known to about a tenth of themselves, which a collapse exceeds by far."""


@dataclasses.dataclass(frozen=True, eq=False)
class SelectionImages:
    """What scores are computed on.

    Attributes:
        target: Unlabelled images of the target, uint8.
        source: Labelled validation images of the source, uint8.
        prior: Class shares of the source's labels, `(C,)`, sum 1.
    """

    target: Sequence[Sample]
    source: Sequence[Sample]
    prior: np.ndarray


def read_samples(
    domain: Domain,
    split: str,
    count: int,
    size: tuple[int, int] | None,
    with_labels: bool,
) -> list[Sample]:
    """Reads at most `count` evenly spaced samples of a split.

    Args:
        domain: Where they come from.
        split: Which of its splits.
        count: How many; a corrupt one is left out.
        size: (H, W) images are resized to; None keeps their own.
        with_labels: Whether labels are read at all.
    """
    keys = evenly_spaced(domain.keys(split), count)
    samples = EvaluationSamples(domain, keys, size, with_labels, FaultLog())
    return [_as_bytes(sample) for sample in samples]


def kept_if_small(samples: EvaluationSamples) -> Iterable[Sample]:
    """Returns labelled samples read into memory, or as they are if too many.

    To walk a large split once for each candidate takes longer; to keep it
    might take all there is.
    """
    first = next(iter(samples), None)
    if first is None:
        return samples
    assert first.label is not None
    size = first.image.size + first.label.size
    if len(samples) * size > KEPT_BYTES:
        return samples
    return [_as_bytes(sample) for sample in samples]


def _as_bytes(sample: Sample) -> Sample:
    return dataclasses.replace(sample, image=sample.image.astype(np.uint8))


def source_prior(domain: Domain, split: str) -> np.ndarray:
    """Class shares `(C,)` of a labelled split's `PRIOR_LABELS` labels."""
    return class_statistics(domain, split, PRIOR_LABELS).ratios
