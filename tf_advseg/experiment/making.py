"""From settings to objects: domains, methods, networks.

Batches are made in `batches`, optimizers in `optimizers`; `runner` trains.
"""

import dataclasses
import logging
from collections.abc import Sequence
from typing import Any

import keras

from tf_advseg.base import call_strings
from tf_advseg.base.checks import DataError
from tf_advseg.base.fields import parse_size
from tf_advseg.base.terminal.watching import saying
from tf_advseg.datasets.classes import class_weights
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.classes.assumed_labels import table_values
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.manifests.manifest import Manifest
from tf_advseg.experiment import networks
from tf_advseg.experiment import optimizers
from tf_advseg.experiment import registry
from tf_advseg.experiment.data import few_labels
from tf_advseg.experiment.data import no_source
from tf_advseg.experiment.data.map_size import check_map_size
from tf_advseg.experiment.data.no_source import NoSource
from tf_advseg.experiment.data.roles import learned_counts
from tf_advseg.experiment.data.roles import roles_of
from tf_advseg.experiment.data.several import make_domains_of
from tf_advseg.methods.method import Method
from tf_advseg.runs import data as run_data
from tf_advseg.runs.parents import start
from tf_advseg.settings.parts.data import NO_SOURCE
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.parts.samples import SampleSettings
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.step import wiring
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer

_logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Domains:
    """The domains of a run, of one class set.

    Attributes:
        source: Labelled.
        target: Adapted to.
        target_labels: Labelled images of the target, if some are given.
    """

    source: Domain
    target: Domain
    target_labels: Domain | None = None

    @property
    def has_source(self) -> bool:
        """Whether there are images of a source."""
        return not isinstance(self.source, NoSource)


def make_domains(settings: DataSettings) -> Domains:
    """Finds the domains and checks that they share their classes.

    Without a source its place is taken by `no_source.NoSource`.

    Raises:
        DataError: If a folder cannot be used, or the classes differ.
        ValueError: If a name is unknown.
    """
    if settings.source == NO_SOURCE:
        assert isinstance(settings, TrainSettings)  # Others have no start.
        source = NoSource(settings)
    else:
        source = make_domains_of(settings.source, settings.classes)
    target = make_domains_of(
        settings.target,
        settings.target_classes,
        class_set=source.class_set,
        labels_like=table_of(source),
    )
    ours, theirs = source.class_set.names, target.class_set.names
    if ours != theirs:
        raise DataError(
            f"The source has the classes {', '.join(ours)}; the target has "
            f"{', '.join(theirs)}. Give class maps with the same names in the "
            "same order (--classes, --target_classes)."
        )
    few = None
    if settings.target_labels:
        few = few_labels.make_few_labels(settings.target_labels, source, target)
    return Domains(source, target, few)


def data_manifests(
    settings: DataSettings, domains: Domains
) -> dict[str, Manifest]:
    """What the data of a run is, by role."""
    manifests = run_data.run_manifests(
        domains.source if domains.has_source else None,
        domains.target,
        settings.source_split,
        settings.target_split,
        settings.eval_split,
    )
    few = domains.target_labels
    if few is not None:
        split = few_labels.SPLIT
        manifests["target_labels"] = run_data.split_manifest(few, split)
    return manifests


@saying("Looking at the labels ...")
def make_method(settings: TrainSettings, domains: Domains) -> Method:
    """The method, with what it needs to know of the labels' classes."""
    method = scaled(settings)
    roles = roles_of(settings, domains, method)
    if method.needs_source_statistics:
        _logger.info("Counting the classes of the source's labels.")
        statistics = roles.expected_shares()
        method = method.with_source_statistics(statistics)
    if settings.class_weights == "balanced" and roles.labels:
        counts = learned_counts(roles, settings.cache_dir or None)
        weights = class_weights.balanced(counts)
        method = dataclasses.replace(method, class_weights=weights)
    return method


def scaled(settings: TrainSettings) -> Method:
    """The method, its default target weights times `target_weight_scale`.

    Raises:
        ValueError: If images are too small for it, or it lacks a start or
            a teacher.
    """
    method = registry.make_method(settings.method)
    if settings.detail_window:
        method = method.with_details(settings.detail_weight)
    no_source.check(settings, method)
    _check_parents(settings, method)
    networks.check_feature_distance(settings, method)
    check_map_size(settings, method)
    _, options = call_strings.parse(settings.method)
    if "target_weights" in options or not method.scales_target_weights:
        return method
    weights = {
        level: weight * settings.target_weight_scale
        for level, weight in method.target_weights.items()
    }
    return dataclasses.replace(method, target_weights=weights)


def _check_parents(settings: TrainSettings, method: Method) -> None:
    """Refuses a method without the models that it learns from, or with some
    that it does not."""
    if method.needs_start and not settings.start:
        raise ValueError(
            f"--method={method.name} goes on from a trained model, and none "
            "is said: give --start=RUN, the folder of a run of the same "
            "classes, backbone and decoder (of --method=advent, say)."
        )
    if method.needs_teacher and not settings.teacher_paths:
        raise ValueError(
            f"--method={method.name} learns from trained models, and none is "
            "said: give --teacher=RUN, the folder of a run of the same "
            "classes; its network may be another."
        )
    if settings.teacher_paths and not method.needs_teacher:
        raise ValueError(
            f"--method={method.name} has no use for --teacher: leave it out, "
            "or give --method=distil."
        )


@saying("Building the network ...")
def make_model(
    settings: TrainSettings, method: Method, class_names: Sequence[str]
) -> SegmenterTrainer:
    """A compiled model; call it in the strategy's scope."""
    model = make_trainer(settings, method, class_names)
    watched = class_names if settings.health_every else ()
    model.compile(**compile_options(settings), watched_classes=watched)
    return model


def make_trainer(
    settings: TrainSettings, method: Method, class_names: Sequence[str]
) -> SegmenterTrainer:
    """The segmenter with its initial weights, in the method's trainer."""
    keras.utils.set_random_seed(settings.seed)
    segmenter = networks.make_segmenter(settings, len(class_names))
    if settings.start:
        start.load_into(segmenter, settings)
    model = networks.in_trainer(settings, segmenter, method, class_names)
    wiring.check_batch_norm(segmenter, method)
    return model


def compile_options(settings: TrainSettings) -> dict[str, Any]:
    """What a trainer is compiled with, but for the numbers of health."""
    return {
        "optimizer": optimizers.of_segmenter(settings),
        "discriminator_optimizer": optimizers.of_discriminators(settings),
        "accumulate": settings.accumulate,
        "target_delay": settings.target_delay,
        "target_warmup": settings.target_warmup,
        "clip_norm": settings.clip_norm,
    }


def segmenter_facts(
    settings: TrainSettings, domains: Domains, method: Method
) -> dict[str, Any]:
    """What a run writes into its segmenters' files beside the weights."""
    classes = domains.source.class_set
    size = evaluation_size(settings)
    return {
        "classes": list(classes.names),
        "palette": [list(colour) for colour in classes.palette],
        "class_set": classes.name,
        "label_table": table_values(table_of(domains.source)),
        "image_size": list(size) if size else None,
        "method": registry.describe(method),
        "backbone": registry.describe(networks.make_backbone(settings)),
        "decoder": settings.decoder,
        **networks.scales_facts(settings),
        "source": domains.source.name,
        "target": domains.target.name,
        **few_labels.facts(domains.target_labels),
        **networks.weights_facts(settings),
    }


def evaluation_size(settings: SampleSettings) -> tuple[int, int] | None:
    """(H, W) of images in evaluation; None keeps each image's own."""
    return parse_size(settings.target_size)


def evaluation_split(settings: DataSettings, target: Domain) -> str:
    """The split to look at: `eval_split`, or the training split without it."""
    if settings.eval_split in target.splits:
        return settings.eval_split
    return settings.target_split
