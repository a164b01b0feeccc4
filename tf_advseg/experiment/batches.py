"""From settings to the batches that a method may see."""

import logging

import tensorflow as tf

from tf_advseg.base.fields import parse_size
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.classes.class_count_file import split_class_counts
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.pipeline.batch_share import WHOLE_BATCH
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.rare_classes import RareClassSampler
from tf_advseg.experiment.making import Domains
from tf_advseg.methods.method import Method
from tf_advseg.settings.parts.samples import SampleSettings
from tf_advseg.settings.train import TrainSettings

_logger = logging.getLogger(__name__)


def make_batches(
    settings: TrainSettings,
    domains: Domains,
    method: Method,
    start: int,
    faults: FaultLog,
    share: BatchShare = WHOLE_BATCH,
) -> tf.data.Dataset:
    """The training batches that this method may see, or a worker's share."""
    options = _sample_options(settings, settings.source_size)
    target_options = _sample_options(settings, settings.target_size)
    if method.trains_on_target_labels:
        labelled, unlabelled = domains.target, None
        split, options = settings.target_split, target_options
    else:
        labelled = domains.source
        unlabelled = domains.target if method.uses_target else None
        split = settings.source_split
    return pair(
        labelled,
        unlabelled,
        source_split=split,
        target_split=settings.target_split,
        source_options=options,
        target_options=target_options,
        source_sampler=_sampler(settings, labelled, split, faults),
        batch_size=settings.batch_size * settings.accumulate,
        seed=settings.seed,
        start=start,
        faults=faults,
        cache_dir=settings.cache_dir or None,
        share=share,
    )


def _sampler(
    settings: TrainSettings, domain: Domain, split: str, faults: FaultLog
) -> RareClassSampler | None:
    """What draws images of rare classes, if that is asked for."""
    if not settings.rare_class_temperature:
        return None
    _logger.info("Counting the classes of each label of %r.", domain.name)
    counts = split_class_counts(
        domain, split, settings.cache_dir or None, faults
    )
    return RareClassSampler(counts, settings.rare_class_temperature)


def _sample_options(settings: SampleSettings, size: str) -> SampleOptions:
    return SampleOptions(
        size=parse_size(size),
        crop=parse_size(settings.crop),
        flip=settings.flip,
        scale_range=(settings.min_scale, settings.max_scale),
        color_jitter=settings.color_jitter,
    )
