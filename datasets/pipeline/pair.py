"""The training data: labelled source beside unlabelled target.

This is the one place where target labels are dropped, and it drops them by
never reading them.
"""

import weakref
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.files.reading import SampleReader
from tf_advseg.datasets.pipeline.augmentation import augment
from tf_advseg.datasets.pipeline.batch_share import WHOLE_BATCH
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.rare_classes import RareClassSampler
from tf_advseg.datasets.pipeline.sample_options import SampleOptions
from tf_advseg.datasets.pipeline.sampling import sample_index
from tf_advseg.datasets.pipeline.sampling import sample_seed
from tf_advseg.datasets.pipeline.sampling import stream_seeds
from tf_advseg.datasets.pipeline.styles.source_style import SourceStyle

_NAMES = ("source", "target")
_STYLE = 2
"""The stream of seeds after those of SOURCE and TARGET."""

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
    cache_dir: str | Path | None = None,
    source_sampler: RareClassSampler | None = None,
    source_style: SourceStyle | None = None,
    shows_target: bool = True,
    share: BatchShare = WHOLE_BATCH,
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
        batch_size: B, images of each domain in a global batch.
        seed: The seed of order and augmentation.
        start: How many batches were already taken; they are not read again.
        faults: Where corrupt samples are counted; give one and loop inside
            `clean_data_errors(faults)` to get a clean `DataError`.
        cache_bytes: The memory a domain's samples may be kept in; 0 = none.
        cache_dir: A folder to keep samples in from run to run (see
            `disk_cache`); None = none.
        source_sampler: Which source images come; None takes each once an
            epoch, shuffled.
        source_style: How source images take the style of target images;
            needs a target.
        shows_target: Whether target images are in the batches; without, they
            are read for `source_style` alone.
        share: This worker's part of each batch; by default all of it.

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
    parts = [(source, source_split, source_options, SOURCE)]
    if target is not None:
        if target_options is None:
            raise ValueError(
                "pair() with a target needs target_options; received None."
            )
        parts.append((target, target_split, target_options, TARGET))
    elif source_style is not None:
        raise ValueError("pair() with a source_style needs a target.")
    faults = FaultLog() if faults is None else faults
    readers = [
        SampleReader(
            domain,
            split,
            size=options.size,
            with_labels=which == SOURCE,
            faults=faults,
            cache_bytes=cache_bytes,
            cache_dir=cache_dir,
        )
        for domain, split, options, which in parts
    ]
    restyle = source_style and source_style.stream(
        readers[TARGET], stream_seeds(seed, _STYLE)
    )
    streams = [
        _sample_stream(
            reader,
            options,
            stream_seeds(seed, which),
            source_sampler if which == SOURCE else None,
            restyle if which == SOURCE else None,
        )
        for reader, (_, _, options, which) in zip(readers, parts, strict=True)
        if which == SOURCE or shows_target
    ]
    positions = share.positions(start, batch_size)
    dataset = _batches(streams, positions, share.piece_size(batch_size))
    # TensorFlow keeps the readers for as long as the process lives.
    for reader in readers:
        weakref.finalize(dataset, reader.forget)
    return dataset


def _sample_stream(
    reader: SampleReader,
    options: SampleOptions,
    seeds: tuple,
    sampler: RareClassSampler | None,
    restyle: Callable | None,
) -> Callable:
    """Returns the function from a position to (image, label or None)."""
    order_seed, samples_seed = (seed.numpy() for seed in seeds)
    height, width = options.crop or reader.require_equal_sizes()

    def sample(position):
        if sampler is None:
            index = sample_index(position, reader.num_samples, order_seed)
            wanted = None
        else:
            index, wanted = sampler.draw(position, order_seed)
        image, *label = reader.read_tensors(index)
        if restyle is not None:
            image = restyle(image, position)
        return augment(
            image,
            label[0] if label else None,
            sample_seed(position, samples_seed),
            options,
            (height, width),
            wanted,
        )

    return sample


def _batches(
    streams: list[Callable], positions: tf.data.Dataset, batch_size: int
) -> tf.data.Dataset:
    """Batches what the streams (source first) give at the positions."""

    def element(position):
        samples = [stream(position) for stream in streams]
        images = [image for image, _ in samples]
        source_label = samples[0][1]
        return dict(zip(_NAMES, images, strict=False)), source_label

    def batch(images, label):
        images = {name: tf.cast(i, tf.float32) for name, i in images.items()}
        return images, tf.cast(label, tf.int32)

    parallel = {
        "num_parallel_calls": tf.data.AUTOTUNE,
        "deterministic": True,
    }
    return (
        positions.map(element, **parallel)
        .batch(batch_size, drop_remainder=True)
        .map(batch, **parallel)
        .prefetch(2)
    )
