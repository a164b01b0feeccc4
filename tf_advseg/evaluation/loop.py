"""The one loop behind every number about a split: predict, then count.

Each image is resized to the evaluation size (Pillow, bicubic), its logits go
straight to the size of its own label, and counters keep a few numbers of it,
and no map: memory does not grow with the number of images. Neighbouring
images of equal sizes go through the network together.

Worker w of several, W, takes every W-th image from the w-th on. What is of
one image is computed by one worker, and nearly all sums are of integers, so
that an evaluation is that of a single process, bit by bit.
"""

import itertools
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Protocol

import numpy as np

from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.counters import Counter
from tf_advseg.evaluation.counters import PredictedImage
from tf_advseg.evaluation.counters import merged
from tf_advseg.training.distributed.workers import Workers

Predict = Callable[..., tuple[Any, ...]]
"""From images `(B, h, w, 3)` and an (H, W) to maps `(B, H, W)`: the classes,
then, if wanted, entropies and confidences; arrays or tensors."""


class Classifier(Protocol):
    """What predicts; an `Ensemble`, or an artefact of one."""

    @property
    def num_classes(self) -> int: ...


def count_split(
    ensemble: Classifier,
    predict: Predict,
    domain: Domain,
    split: str,
    counters: Mapping[str, Counter],
    *,
    with_labels: bool,
    size: tuple[int, int] | None,
    limit: int = 0,
    batch_size: int = 1,
    faults: FaultLog | None = None,
    progress: Progress | None = None,
    workers: Workers | None = None,
) -> dict[str, Any]:
    """Predicts the images of a split, or some of them, and counts.

    Args:
        ensemble: The segmenters. One that is kept is traced once and always
            reads the current weights.
        predict: `bands.predict` of it.
        domain: Its class set must be the segmenters'.
        split: Which of its splits.
        counters: What is counted, by name.
        with_labels: Whether labels are read at all.
        size: (H, W) images are resized to; None keeps each image's own.
            Cityscapes results of the papers use (512, 1024).
        limit: Images at most, evenly spread; 0 takes all.
        batch_size: How many neighbours of equal sizes go through at once; no
            influence on the result.
        faults: Where corrupt samples are counted and left out. None raises
            at the first: a score must not quietly be about fewer images.
        progress: Told of each image.
        workers: Those that share the images. All must call this, and each
            gets the result of all.

    Returns:
        The results of the counters by their names, and `domain`, `split`,
        `class_names` and `faults`: the key of each image that was left out,
        and why.

    Raises:
        ValueError: If the segmenters have other classes than the domain.
        DataError: If a sample is corrupt, or, with `faults`, too many are.
    """
    _check_same_classes(ensemble, domain)
    keys = spread(domain.keys(split), limit)
    if workers:
        keys = keys[workers.index :: workers.count]
    samples = EvaluationSamples(domain, keys, size, with_labels, faults)
    count_images(
        predict,
        watched(samples, progress),
        ensemble.num_classes,
        counters.values(),
        batch_size,
    )
    left_out = dict(faults.faults) if faults else {}
    if workers:
        for counter in counters.values():
            counter.merge(workers)
        left_out = merged(workers, left_out)
    return {
        "domain": domain.name,
        "split": split,
        "class_names": domain.class_set.names,
        "faults": left_out,
        **{name: counter.result for name, counter in counters.items()},
    }


def count_images(
    predict: Predict,
    samples: Iterable[Sample],
    num_classes: int,
    counters: Collection[Counter],
    batch_size: int = 1,
) -> None:
    """Feeds counters with the predictions of samples, in order."""
    for batch, images in equal_size_batches(samples, batch_size):
        maps = predict(images, batch[0].native_size)
        maps = [np.asarray(one) for one in maps]
        for sample, *found in zip(batch, *maps, strict=True):
            image = PredictedImage(
                sample.key, sample.label, num_classes, *found
            )
            for counter in counters:
                counter.update(image)


def equal_size_batches(
    samples: Iterable[Sample], batch_size: int
) -> Iterator[tuple[list[Sample], np.ndarray]]:
    """Yields runs of neighbours of equal sizes, at most `batch_size` long.

    With each come its images, stacked: `(B, h, w, 3)`.
    """

    def sizes(sample):
        return sample.image.shape, sample.native_size

    for _, run in itertools.groupby(samples, key=sizes):
        while batch := list(itertools.islice(run, batch_size)):
            yield batch, np.stack([sample.image for sample in batch])


def spread(keys: Sequence[str], limit: int) -> list[str]:
    """Returns at most `limit` of the keys, evenly spread; 0 returns all.

    Example:
        >>> spread("abcdefg", 3)
        ['a', 'd', 'g']
    """
    if not limit or len(keys) <= limit:
        return list(keys)
    indices = np.linspace(0, len(keys) - 1, limit).round().astype(int)
    return [keys[int(index)] for index in indices]


def _check_same_classes(ensemble: Classifier, domain: Domain) -> None:
    if ensemble.num_classes != domain.class_set.num_classes:
        raise ValueError(
            f"The segmenter predicts {ensemble.num_classes} classes, but "
            f"class set {domain.class_set.name!r} of {domain.name!r} has "
            f"{domain.class_set.num_classes}. Evaluate with the class map "
            "that the segmenter was trained with."
        )
