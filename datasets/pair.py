"""The training data: labelled source beside unlabelled target.

This is the one place where target labels are dropped, and it drops them by
never reading them.
"""

from collections.abc import Callable

import tensorflow as tf

from tf_advseg.checks import DataError
from tf_advseg.checks import check_range
from tf_advseg.conventions import SOURCE
from tf_advseg.conventions import TARGET
from tf_advseg.datasets.augmentation import SampleOptions
from tf_advseg.datasets.augmentation import augment
from tf_advseg.datasets.domain import Domain
from tf_advseg.datasets.faults import FaultLog
from tf_advseg.datasets.reading import SampleReader
from tf_advseg.datasets.sampling import sample_index
from tf_advseg.datasets.sampling import sample_seed
from tf_advseg.datasets.sampling import stream_seeds

CACHE_BYTES = 512 * 2**20
"""A domain whose resized samples fit in here is decoded (or drawn) once."""


def pair(
    source: Domain,
    target: Domain | None,
    *,
    source_split: str = "train",
    target_split: str = "train",
    source_options: SampleOptions,
    target_options: SampleOptions | None = None,
    batch_size: int,
    seed: int,
    start: int = 0,
    faults: FaultLog | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> tf.data.Dataset:
    """Returns endless batches of both domains.

    Batch t is a function of (files, options, seed, t): it does not depend on
    how many threads read, nor on which batches were taken before.

    Args:
        source: The labelled domain.
        target: The other domain, or None to train on the source alone.
        source_split: The source's split.
        target_split: The target's split.
        source_options: How the source's samples are made.
        target_options: How the target's are; needed with a target.
        batch_size: B, images of each domain in a batch.
        seed: The seed of order and augmentation.
        start: How many batches were already taken; they are not read again.
        faults: Where corrupt samples are counted; give one and loop inside
            `clean_data_errors(faults)` to get a clean `DataError`.
        cache_bytes: The memory a domain's samples may be kept in; 0 = none.

    Returns:
        A dataset of `({"source": images, "target": images}, labels)`: images
        float32 `(B, H, W, 3)`, RGB 0-255; labels int32 `(B, H, W)`, 255 =
        ignore. Without a target there is no `"target"`.

    Raises:
        DataError: If the source split has no labels, or a split no images.
        ValueError: If an argument is out of its range.
    """
    check_range("batch_size", batch_size, low=1)
    check_range("start", start, low=0)
    if not source.has_labels(source_split):
        raise DataError(
            f"Split {source_split!r} of the source {source.name!r} has no "
            "labels; a source must have a label for each image."
        )
    faults = FaultLog() if faults is None else faults

    def stream(domain, split, options, which):
        reader = SampleReader(
            domain,
            split,
            size=options.size,
            with_labels=which == SOURCE,
            faults=faults,
            cache_bytes=cache_bytes,
        )
        return _sample_stream(reader, options, stream_seeds(seed, which))

    source_sample = stream(source, source_split, source_options, SOURCE)
    if target is None:
        return _batches(
            lambda position: _without_target(source_sample(position)),
            start,
            batch_size,
        )
    if target_options is None:
        raise ValueError(
            "pair() with a target needs target_options; received None."
        )
    target_sample = stream(target, target_split, target_options, TARGET)

    def both(position):
        image, label = source_sample(position)
        target_image, _ = target_sample(position)
        return {"source": image, "target": target_image}, label

    return _batches(both, start, batch_size)


def _without_target(sample):
    image, label = sample
    return {"source": image}, label


def _sample_stream(
    reader: SampleReader, options: SampleOptions, seeds: tuple
) -> Callable:
    """Returns the function from a position to (image, label or None)."""
    order_seed, samples_seed = (seed.numpy() for seed in seeds)
    output_size = options.crop or reader.require_equal_sizes()

    def sample(position):
        index = sample_index(position, reader.num_samples, order_seed)
        image, *label = reader.read_tensors(index)
        return augment(
            tf.cast(image, tf.float32),
            tf.cast(label[0], tf.int32) if label else None,
            sample_seed(position, samples_seed),
            options,
            tuple(output_size),
        )

    return sample


def _batches(sample: Callable, start: int, batch_size: int) -> tf.data.Dataset:
    positions = tf.data.Dataset.counter(start * batch_size, dtype=tf.int64)
    return (
        positions.map(
            sample, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
        )
        .batch(batch_size, drop_remainder=True)
        .prefetch(2)
    )
