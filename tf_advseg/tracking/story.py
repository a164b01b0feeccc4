"""What a run's folder has to tell a tracker, read from its plain files."""

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

from tf_advseg.base.files import checksums
from tf_advseg.base.files import metrics_file
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.overview.facts import RunFacts
from tf_advseg.runs.overview.facts import iou
from tf_advseg.runs.overview.facts import miou
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.parents import teachers
from tf_advseg.runs.parents.start import START_FILE
from tf_advseg.runs.run_yaml import RUN_YAML
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking.tracker import Number
from tf_advseg.tracking.tracker import Story

TAG = "tf_advseg."
_VERSIONS = ("commit", "python", "tensorflow", "keras", "numpy")


def story_of(settings: TrainSettings) -> Story:
    """Returns what is known of a run whose folder was prepared."""
    folder = RunFolder(settings.run)
    facts = read_facts(folder.path)
    now = int(1000 * time.time())
    rows = metrics_file.read(folder.metrics_csv) if settings.resume else []
    values = dataclasses.asdict(settings)
    del values["resume"]  # It says nothing of the run.
    return Story(
        folder.path,
        values,
        _tags(settings, facts),
        settings.start,
        [Number(s, n, float(v), now) for s, n, v in rows],
    )


def results(settings: TrainSettings) -> dict[str, float]:
    """IoUs (0-100) of best.keras, and of last.keras, by class.

    Empty where the target has no labels; a class that is absent has none.
    """
    facts = read_facts(Path(settings.run))
    found: dict[str, float | None] = {}
    for ending, metrics in (("", facts.chosen), ("_last", facts.last)):
        found[f"miou{ending}"] = miou(metrics)
        for name, value in iou(metrics).items():
            found[f"iou{ending}/{name}"] = value
    return {k: 100 * v for k, v in found.items() if v is not None}


def files(settings: TrainSettings) -> list[tuple[Path, str]]:
    """Files to send at the end, and the folders that they go into."""
    folder = RunFolder(settings.run)
    found = [(folder.path / RUN_YAML, ""), (folder.path / "report.html", "")]
    found += [(p, "pictures") for p in sorted(folder.pictures.glob("*.png"))]
    if settings.track_models:
        found += [(folder.best, "models"), (folder.last, "models")]
    return [(path, inside) for path, inside in found if path.is_file()]


def _tags(settings: TrainSettings, facts: RunFacts) -> dict[str, str]:
    found: dict[str, Any] = {
        "run": settings.run,
        "version": facts.environment.get("tf_advseg"),
        **{name: facts.environment.get(name) for name in _VERSIONS},
        **{f"data.{role}": name for role, name in facts.data.items()},
    }
    start = Path(settings.run) / START_FILE
    if start.is_file():
        found["started_from"] = settings.start
        found["started_from.sha256"] = checksums.file_sha256(start)
        parents = read_metadata(start).get("started_from")
        found["started_from.parents"] = json.dumps(parents) if parents else None
    if settings.teacher_paths:
        found["taught_by"] = json.dumps(
            teachers.lineage(settings)["taught_by"], sort_keys=True
        )
    return {TAG + k: str(v) for k, v in found.items() if v is not None}
