"""A run without a source: `--source=none`, from a trained model.

The model says what the classes are. What is expected of the classes' shares,
by health alarms and class-ratio priors, is what it predicts on the target at
the start, counted once and kept in the run's folder.
"""

import dataclasses
import json
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NoReturn

import numpy as np

from tf_advseg.base.fields import parse_size
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.files.json_file import read_object
from tf_advseg.datasets.classes.assumed_labels import table_of_models
from tf_advseg.datasets.classes.statistics import ClassStatistics
from tf_advseg.datasets.classes.statistics import evenly_spaced
from tf_advseg.datasets.classes.statistics import statistics_of
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment import networks
from tf_advseg.experiment import registry
from tf_advseg.experiment.data.model_domain import classes_of
from tf_advseg.methods.method import Method
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.layers.batch_norm import STILL
from tf_advseg.runs.parents import start
from tf_advseg.settings.parts.data import NO_SOURCE
from tf_advseg.settings.train import TrainSettings

SHARES_FILE = "start_shares.json"
_IMAGES = 100
"""Of the target; class shares are then known well enough to see a collapse."""


class NoSource(Domain):
    """In the source's place: the classes of the start, and no image."""

    name = NO_SOURCE
    splits = ()

    def __init__(self, settings: TrainSettings):
        facts = start.facts(settings)
        self.class_set = classes_of(facts)
        self.label_table = table_of_models([facts])

    def keys(self, split: str) -> Sequence[str]:
        self._refuse()

    def has_labels(self, split: str) -> bool:
        return False

    def read_image(self, key: str) -> np.ndarray:
        self._refuse()

    def read_label(self, key: str) -> np.ndarray:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise ValueError("--source=none has no images.")


def check(settings: TrainSettings, method: Method) -> None:
    """Refuses a method that learns from a source where there is none.

    Raises:
        ValueError: Naming those that do not.
    """
    if settings.source != NO_SOURCE:
        return
    if not settings.start:
        raise ValueError(
            "--source=none adapts a trained model: give --start=RUN or "
            "--start=FILE.keras with it."
        )
    of_labels = not method.uses_target and not method.trains_on_target_labels
    if of_labels and settings.target_labels:
        return
    if method.needs_source:
        others = sorted(
            name
            for name, one in registry.method_classes().items()
            if not one.needs_source
        )
        raise ValueError(
            f"--method={method.name} learns from a source, and --source=none "
            f"gives none; those that need none: {', '.join(others)} (and "
            "source_only with --target_labels)."
        )
    if method.moves_statistics and not settings.resume:
        _check_statistics(settings, method)


def guarded(
    settings: TrainSettings, write: Callable[[str], None]
) -> TrainSettings:
    """The settings, on guard where no labels hold a run back.

    Its first step is the start's, kept to be chosen and to compare with, and
    an alarm ends the run; then it is chosen among what there is by then.
    """
    if settings.source != NO_SOURCE:
        return settings
    changes: dict[str, Any] = {}
    if not settings.target_delay and settings.steps > 1:
        changes["target_delay"] = 1
    if settings.on_alarm == "warn" and settings.health_every:
        changes["on_alarm"] = "stop"
    if changes:
        said = " ".join(f"--{name}={value}" for name, value in changes.items())
        write(f"Without a source, on guard: {said}")
    return dataclasses.replace(settings, **changes)


def _check_statistics(settings: TrainSettings, method: Method) -> None:
    """Batch norm can only be adapted if its statistics were the source's."""
    described = start.facts(settings).get("backbone", "")
    backbone = registry.make_backbone(described) if described else None
    if getattr(backbone, "batch_norm", None) in STILL:
        raise ValueError(
            f"--method={method.name} puts the target's statistics of batch "
            f"norm in the source's place, but --start={settings.start} was "
            "trained with frozen ones, which never were the source's: train "
            "the start with --batch_norm=trainable, or take minent."
        )


def prepare(
    settings: TrainSettings, target: Domain, write: Callable[[str], None]
) -> None:
    """Counts what the start predicts, once; nothing if there is a source.

    Args:
        settings: Of the run, whose folder has the start.
        target: Its target.
        write: Told what is done.
    """
    path = Path(settings.run) / SHARES_FILE
    if settings.source != NO_SOURCE or path.exists():
        return
    segmenter = networks.make_segmenter(settings, target.class_set.num_classes)
    start.load_into(segmenter, settings)
    ensemble = Ensemble([segmenter])
    keys = evenly_spaced(target.keys(settings.target_split), _IMAGES)
    size = parse_size(settings.target_size)
    counts = []
    for sample in EvaluationSamples(target, keys, size, False, FaultLog()):
        ids = ensemble.predict_classes(
            sample.image[None], sample.image.shape[:2]
        )
        counts.append(
            np.bincount(
                ids.numpy().ravel(), minlength=target.class_set.num_classes
            )
        )
    found = statistics_of(target.class_set.names, np.array(counts))
    write_text(path, json.dumps(found.to_dict(), indent=1) + "\n")
    write(
        "Without a source, class shares are expected to stay near those that "
        f"the start predicts on {len(counts)} images ({SHARES_FILE})."
    )


def start_shares(run: str) -> ClassStatistics:
    """What `prepare` counted.

    Raises:
        DataError: If it is not there, or damaged.
    """
    path = Path(run) / SHARES_FILE
    found = read_object(path, "What the start predicts", "remove it and resume")
    return ClassStatistics.from_dict(found)
