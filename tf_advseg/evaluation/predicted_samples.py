"""The one loop behind every number about a split: samples, predicted.

Neighbouring images of equal sizes go through the network together; one image
at a time comes out, so that memory does not grow with their number.
"""

import itertools
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.networks.ensemble import Ensemble

Predict = Callable[[np.ndarray, tuple[int, int]], tuple[tf.Tensor, ...]]


def predicted_samples(
    predict: Predict,
    samples: Iterable[Sample],
    *,
    batch_size: int = 1,
    progress: Progress | None = None,
) -> Iterator[tuple[Sample, tuple[np.ndarray, ...]]]:
    """Yields each sample, in order, with what is predicted of it.

    Args:
        predict: A method of `Ensemble` that returns several maps: takes
            images `(B, h, w, 3)` and the (H, W) of the maps `(B, H, W)`.
        samples: The images.
        batch_size: How many neighbours of equal sizes go through at once; no
            influence on the result.
        progress: Told of each image.
    """
    samples = watched(samples, progress)
    for batch in equal_size_batches(samples, batch_size):
        images = np.stack([sample.image for sample in batch])
        maps = predict(images, batch[0].native_size)
        maps = zip(*(one.numpy() for one in maps), strict=True)
        yield from zip(batch, maps, strict=True)


def check_same_classes(ensemble: Ensemble, domain: Domain) -> None:
    """Raises `ValueError` unless both have as many classes."""
    if ensemble.num_classes != domain.class_set.num_classes:
        raise ValueError(
            f"The segmenter predicts {ensemble.num_classes} classes, but "
            f"class set {domain.class_set.name!r} of {domain.name!r} has "
            f"{domain.class_set.num_classes}. Evaluate with the class map "
            "that the segmenter was trained with."
        )


def equal_size_batches(
    samples: Iterable[Sample], batch_size: int
) -> Iterator[list[Sample]]:
    """Yields runs of neighbours of equal sizes, at most `batch_size` long."""

    def sizes(sample):
        return sample.image.shape, sample.native_size

    for _, run in itertools.groupby(samples, key=sizes):
        while batch := list(itertools.islice(run, batch_size)):
            yield batch
