"""Loads a run's segmenter and measures it on both domains."""

import dataclasses
from collections.abc import Callable

from tf_advseg.base.checks import DataError
from tf_advseg.base.progress import Progress
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.experiment import making
from tf_advseg.experiment.making import Domains
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.reporting.facts import RunRecord
from tf_advseg.runs.recorded_settings import check_kinds
from tf_advseg.runs.recorded_settings import decisive_settings
from tf_advseg.settings.report import ReportSettings
from tf_advseg.settings.train import TrainSettings


@dataclasses.dataclass(frozen=True, eq=False)
class Views:
    """Where the images are.

    Attributes:
        domains: Source and target.
        source_split: The split of the source to look at.
        target_split: The same of the target.
    """

    domains: Domains
    source_split: str
    target_split: str

    @property
    def splits(self) -> tuple[tuple[Domain, str], ...]:
        """Source, if there is one, and target, and the split of each."""
        target = (self.domains.target, self.target_split)
        if not self.domains.has_source:
            return (target,)
        return (self.domains.source, self.source_split), target


def find_views(record: RunRecord, settings: ReportSettings) -> Views:
    """Finds the domains of a run, where they were or where they are now.

    The source is looked at in a split that was not trained on, if there is
    one: the run's evaluation split or `val`.

    Raises:
        DataError: If a folder is not there.
        ValueError: If the run's settings name no domain, or are none.
    """
    known = decisive_settings(record.settings)
    check_kinds(known)
    if settings.source:
        known["source"] = settings.source
    if settings.target:
        known["target"] = settings.target
    # Without a source the start in its folder says what the classes are.
    train_settings = TrainSettings(**known, run=str(record.path))
    domains = making.make_domains(train_settings)
    held_out = [train_settings.eval_split, "val"]
    source_split = next(
        (split for split in held_out if split in domains.source.splits),
        train_settings.source_split,
    )
    target_split = making.evaluation_split(train_settings, domains.target)
    return Views(domains, source_split, target_split)


def load_model(record: RunRecord, class_names) -> LoadedEnsemble:
    """Loads a run's segmenter.

    Raises:
        DataError: If there is none, or it has other classes.
    """
    if record.model is None:
        raise DataError(
            f"{record.path} has no model to look at; has its training ended? "
            f"{' '.join(record.problems)}"
        )
    loaded = load_ensemble([record.model])
    if loaded.class_names != tuple(class_names):
        raise DataError(
            f"{record.model} predicts {', '.join(loaded.class_names)}; the "
            f"other runs' classes are {', '.join(class_names)}. Runs of other "
            "classes need a report of their own."
        )
    return loaded


def measure_run(
    record: RunRecord,
    views: Views,
    settings: ReportSettings,
    make_progress: Callable[[int], Progress | None],
) -> RunFacts:
    """Measures a run on both domains.

    Raises:
        DataError: If its model cannot be used or too many images are corrupt.
    """
    loaded = load_model(record, views.domains.target.class_set.names)

    def look(domain: Domain, split: str):
        number = len(domain.keys(split))
        return measure(
            loaded.ensemble,
            domain,
            split,
            size=loaded.image_size,
            limit=settings.limit,
            faults=FaultLog(),
            progress=make_progress(min(number, settings.limit or number)),
        )

    return RunFacts(
        record,
        source=look(views.domains.source, views.source_split)
        if views.domains.has_source
        else None,
        target=look(views.domains.target, views.target_split),
    )
