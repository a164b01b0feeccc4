"""What `tf_advseg check_data` does, once its flags are settings."""

import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.process.exit_status import ERRORS_IN_DATA
from tf_advseg.base.progress import Progress
from tf_advseg.datasets import doctor
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.doctor import SplitSurvey
from tf_advseg.datasets.doctor import report
from tf_advseg.datasets.doctor import sheet
from tf_advseg.datasets.doctor.split_survey import EVALUATION
from tf_advseg.datasets.doctor.split_survey import FEW_LABELS
from tf_advseg.datasets.doctor.split_survey import OTHER
from tf_advseg.datasets.doctor.split_survey import SOURCE
from tf_advseg.datasets.doctor.split_survey import TARGET
from tf_advseg.datasets.domains.composed.mixture import domains_in
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.manifests.hash_cache import HashCache
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.datasets.manifests.manifest import Manifest
from tf_advseg.experiment.data import several
from tf_advseg.experiment.data.few_labels import SPLIT
from tf_advseg.experiment.data.few_labels import make_few_labels
from tf_advseg.settings.check_data import CheckSettings
from tf_advseg.settings.parts.data import NO_SOURCE


def run(settings: CheckSettings, write: Callable[[str], None] = print) -> int:
    """Looks, reports; returns the exit status."""
    surveys = [
        doctor.survey(
            domain,
            split,
            role,
            processes=settings.processes,
            make_progress=Progress,
        )
        for domain, split, role in list(_each(_splits(settings, write)))
    ]
    findings = doctor.examine(surveys)
    ids = [_manifest(survey).id for survey in surveys]
    write(report.text(surveys, ids, findings))
    seen = {(survey.domain, survey.split) for survey in surveys}
    unseen = [
        f"{domain.name}/{split}"
        for domain in {survey.domain: None for survey in surveys}
        for split in domain.splits
        if (domain, split) not in seen
    ]
    if unseen:
        write(f"Not looked at: {', '.join(unseen)} (--all_splits looks).")
    if settings.json:
        values = report.to_dict(surveys, ids, findings)
        write_text(settings.json, json.dumps(values, indent=1) + "\n")
        write(f"Written to {settings.json}.")
    if settings.sheet:
        _save(sheet.contact_sheet(surveys, findings), settings.sheet)
        write(f"Drawn to {settings.sheet}.")
    has_errors = any(f.severity == doctor.ERROR for f in findings)
    return ERRORS_IN_DATA if has_errors else 0


def _splits(
    settings: CheckSettings, write: Callable[[str], None]
) -> Iterator[tuple[Domain, str, str]]:
    """Domain, split and role of everything to look at."""
    source = target = None
    if settings.source not in ("", NO_SOURCE):
        source = several.make_domains_of(settings.source, settings.classes)
        several.check_split(source, "source", settings.source_split)
        several.tell_parts(source, "source", write)
        yield source, settings.source_split, SOURCE
    if settings.target:
        target = several.make_domains_of(
            settings.target,
            settings.target_classes,
            class_set=source.class_set if source else None,
            labels_like=table_of(source) if source else None,
        )
        several.check_split(target, "target", settings.target_split)
        several.tell_parts(target, "target", write)
        yield target, settings.target_split, TARGET
        if settings.eval_split in target.splits:
            yield target, settings.eval_split, EVALUATION
        if settings.target_labels:
            few = make_few_labels(
                settings.target_labels, source or target, target
            )
            yield few, SPLIT, FEW_LABELS
    if settings.all_splits:
        yield from _others(source, [settings.source_split])
        yield from _others(target, [settings.target_split, settings.eval_split])


def _each(
    looks: Iterable[tuple[Domain, str, str]],
) -> Iterator[tuple[Domain, str, str]]:
    """The same, of several domains one after the other."""
    for domain, split, role in looks:
        for one in domains_in(domain):
            if one is domain or split in one.splits:
                yield one, split, role


def _others(
    domain: Domain | None, seen: list[str]
) -> Iterator[tuple[Domain, str, str]]:
    if domain is None:
        return
    for split in domain.splits:
        if split not in seen:
            yield domain, split, OTHER


def _manifest(survey: SplitSurvey) -> Manifest:
    """The manifest, of hashes that were taken in passing."""
    if not isinstance(survey.domain, FileDomain):
        return manifest_of(survey.domain, survey.split)
    files = [file for pair in survey.pairs for file in pair.files]
    hashes = {
        file.path: (file.num_bytes, file.sha256)
        if file.sha256
        else (0, "unreadable")
        for file in files
    }
    if isinstance(survey.domain.root, Path):
        cache = HashCache(survey.domain.root)
        for file in files:
            if file.sha256:
                cache.learn(
                    file.path, file.num_bytes, file.mtime_ns, file.sha256
                )
        cache.save()
    return manifest_of(survey.domain, survey.split, hashes)


def _save(picture, path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        Image.fromarray(picture).save(temporary, format="PNG")
