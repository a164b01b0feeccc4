"""From settings to the batches that a method may see."""

import dataclasses
import logging
from collections.abc import Callable

import tensorflow as tf

from tf_advseg.base.fields import parse_size
from tf_advseg.base.terminal.watching import saying
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.classes.class_count_file import split_class_counts
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.pipeline import auto_size
from tf_advseg.datasets.pipeline.batch_share import WHOLE_BATCH
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.mixed_sampling import MixedSampler
from tf_advseg.datasets.pipeline.pair import FewLabels
from tf_advseg.datasets.pipeline.rare_classes import RareClassSampler
from tf_advseg.datasets.pipeline.sampling import Sampler
from tf_advseg.datasets.pipeline.styles.source_style import SourceStyle
from tf_advseg.experiment.data.few_labels import SPLIT
from tf_advseg.experiment.data.roles import Roles
from tf_advseg.experiment.data.roles import roles_of
from tf_advseg.experiment.making import Domains
from tf_advseg.methods.method import Method
from tf_advseg.settings.parts.samples import AUTO
from tf_advseg.settings.parts.samples import SampleSettings
from tf_advseg.settings.train import TrainSettings

_logger = logging.getLogger(__name__)


@saying("Preparing the batches ...")
def make_batches(
    settings: TrainSettings,
    domains: Domains,
    method: Method,
    start: int,
    faults: FaultLog,
    share: BatchShare = WHOLE_BATCH,
) -> tf.data.Dataset:
    """The training batches that this method may see, or a worker's share."""
    roles = roles_of(settings, domains, method)
    style = _source_style(settings, method, roles)
    target_options = _sample_options(settings, settings.target_size)
    options = target_options
    if roles.has_source:
        options = _sample_options(
            settings, settings.source_size, settings.source_max_scale
        )
    needs_target = method.uses_target or style is not None
    few = None
    if roles.few is not None:
        few = FewLabels(
            roles.few,
            SPLIT,
            target_options,
            roles.num_few(settings.batch_size) * settings.accumulate,
            _sampler(settings, roles.few, SPLIT, faults),
        )
    return pair(
        roles.labelled,
        roles.unlabelled if needs_target else None,
        source_split=roles.labelled_split,
        target_split=roles.unlabelled_split,
        source_options=options,
        target_options=target_options,
        source_sampler=roles.labelled
        and _sampler(settings, roles.labelled, roles.labelled_split, faults),
        source_style=style,
        shows_target=method.uses_target,
        target_labels=few,
        batch_size=settings.batch_size * settings.accumulate,
        seed=settings.seed,
        start=start,
        faults=faults,
        cache_dir=settings.cache_dir or None,
        share=share,
    )


def with_sizes(
    settings: TrainSettings, domains: Domains, write: Callable[[str], None]
) -> TrainSettings:
    """The settings with numbers in place of `auto`, which one line tells."""
    sizes = {
        "source_size": settings.source_size,
        "target_size": settings.target_size,
        "crop": settings.crop,
    }
    if AUTO not in sizes.values():
        return settings
    looks = [("target_size", domains.target, settings.target_split)]
    if domains.has_source:
        looks.insert(0, ("source_size", domains.source, settings.source_split))
    for role, domain, split in looks:
        if sizes[role] == AUTO:
            size = auto_size.fitted(auto_size.usual_size(domain, split))
            sizes[role] = _text(size)
    if sizes["source_size"] == AUTO:  # There is none.
        sizes["source_size"] = sizes["target_size"]
    if sizes["crop"] == AUTO:
        size = parse_size(sizes["target_size"])
        size = size or auto_size.usual_size(
            domains.target, settings.target_split
        )
        sizes["crop"] = _text(auto_size.crop_of(size))
    said = " ".join(f"--{name}={size}" for name, size in sizes.items() if size)
    write(f"Sizes by the images: {said}")
    return dataclasses.replace(settings, **sizes)


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _sampler(
    settings: TrainSettings, domain: Domain, split: str, faults: FaultLog
) -> Sampler | None:
    """What draws images of rare classes, if that is asked for.

    Of several domains, one is drawn by its share, then a class within it.
    """
    if not settings.rare_class_temperature:
        return None
    if isinstance(domain, Mixture):
        parts = [part.domain for part in domain.parts_with(split)]
        found = [_sampler(settings, part, split, faults) for part in parts]
        return MixedSampler.of(domain, split, list(filter(None, found)))
    _logger.info("Counting the classes of each label of %r.", domain.name)
    counts = split_class_counts(
        domain, split, settings.cache_dir or None, faults
    )
    return RareClassSampler(counts, settings.rare_class_temperature)


def _source_style(
    settings: SampleSettings, method: Method, roles: Roles
) -> SourceStyle | None:
    """How source images are to look; None leaves them as they are."""
    if settings.source_style == "none":
        return None
    if not roles.has_source:
        _logger.warning(
            "--source_style=%s is off: %s has no source images.",
            settings.source_style,
            method.name,
        )
        return None
    return SourceStyle(
        settings.source_style, settings.source_style_share, settings.fda_beta
    )


def _sample_options(
    settings: SampleSettings, size: str, max_scale: float = 0.0
) -> SampleOptions:
    return SampleOptions(
        size=parse_size(size),
        crop=parse_size(settings.crop),
        flip=settings.flip,
        scale_range=(settings.min_scale, max_scale or settings.max_scale),
        scale_law=settings.scale_law,
        color_jitter=settings.color_jitter,
        channel_gain=settings.channel_gain,
        blur=settings.blur,
        crop_tries=settings.rare_class_crops,
    )
