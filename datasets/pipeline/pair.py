"""The training data: labelled source beside unlabelled target.

This is the one place where target labels are dropped, and it drops them by
never reading them. `FewLabels` of the target are a domain of their own.
"""

import dataclasses
import weakref
from pathlib import Path

import tensorflow as tf

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.pipeline.batch_share import WHOLE_BATCH
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.part_of_batch import PartOfBatch
from tf_advseg.datasets.pipeline.sample_options import SampleOptions
from tf_advseg.datasets.pipeline.sampling import Sampler
from tf_advseg.datasets.pipeline.sampling import stream_seeds
from tf_advseg.datasets.pipeline.styles.source_style import SourceStyle

_STYLE = 2
"""The stream of seeds after those of SOURCE and TARGET."""
_FEW = 3
"""The one after that."""

CACHE_BYTES = 512 * 2**20
"""A domain whose resized samples fit in here is decoded (or drawn) once."""


@dataclasses.dataclass(frozen=True)
class FewLabels:
    """Labelled images of the target, beside the source in each batch.

    They have no style but their own.

    Args:
        domain: Where they come from.
        split: Its split.
        options: How its samples are made.
        count: How many are in a global batch, in place of as many of the
            source.
        sampler: Which of them come; None takes each once an epoch.
    """

    domain: Domain
    split: str
    options: SampleOptions
    count: int
    sampler: Sampler | None = None


def pair(
    source: Domain | None,
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
    source_sampler: Sampler | None = None,
    source_style: SourceStyle | None = None,
    shows_target: bool = True,
    target_labels: FewLabels | None = None,
    share: BatchShare = WHOLE_BATCH,
) -> tf.data.Dataset:
    """Returns endless batches of both domains.

    Batch t is a function of (files, options, seed, t): it does not depend on
    how many threads read, nor on which batches were taken before.

    Args:
        source: The labelled domain, or None to train without any.
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
        target_labels: Labelled images of the target, if there are any.
        share: This worker's part of each batch; by default all of it.

    Returns:
        A dataset of `({"source": images, "target": images}, labels)`: images
        float32 `(B, H, W, 3)`, RGB 0-255; labels int32 `(B, H, W)`, 255 =
        ignore. Without a target there is no `"target"`. With target labels
        there are `"target_labels"` too, in place of some of the source's
        images, and labels are a dict by these two names; without a source it
        is empty.

    Raises:
        DataError: If the source split has no labels, or a split no images.
        ValueError: If an argument is out of its range.
    """
    check_range("batch_size", batch_size, low=1)
    check_range("start", start, low=0)
    if source_style is not None and (source is None or target is None):
        raise ValueError("pair() with a source_style needs a target.")
    parts, few, num_source = {}, target_labels, batch_size
    if few is not None:
        most = batch_size if source is None else batch_size - 1
        check_range("count of target labels", few.count, 1, most)
        num_source -= few.count
        parts["target_labels"] = PartOfBatch(
            few.domain, few.split, few.options, _FEW, few.count, few.sampler
        )
    if source is not None:
        if not source.has_labels(source_split):
            raise DataError(
                f"Split {source_split!r} of the source {source.name!r} has no "
                "labels; a source must have a label for each image."
            )
        parts["source"] = PartOfBatch(
            source,
            source_split,
            source_options,
            SOURCE,
            num_source,
            source_sampler,
        )
    if target is not None:
        if target_options is None:
            raise ValueError(
                "pair() with a target needs target_options; received None."
            )
        parts["target"] = PartOfBatch(
            target, target_split, target_options, TARGET, batch_size
        )
    faults = FaultLog() if faults is None else faults
    how = {"faults": faults, "cache_bytes": cache_bytes, "cache_dir": cache_dir}
    readers = {name: part.reader(**how) for name, part in parts.items()}
    restyle = source_style and source_style.stream(
        readers["target"], stream_seeds(seed, _STYLE)
    )
    batches = {
        name: part.batches(
            readers[name],
            restyle if name == "source" else None,
            seed,
            start,
            share,
        )
        for name, part in parts.items()
        if name != "target" or shows_target
    }
    dataset = tf.data.Dataset.zip(batches).map(_together).prefetch(2)
    # TensorFlow keeps the readers for as long as the process lives.
    for reader in readers.values():
        weakref.finalize(dataset, reader.forget)
    return dataset


def _together(found: dict[str, tuple]) -> tuple:
    """Images by name, and labels: those of the source, or by name."""
    images = {name: one[0] for name, one in found.items()}
    labels = {name: one[1] for name, one in found.items() if one[1:]}
    return images, labels["source"] if [*labels] == ["source"] else labels
