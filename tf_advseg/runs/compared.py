"""The run that another is compared with: found again instead of trained.

A source-only run of the same settings, seed and data gives the same model
each time, and takes about as long as the adapted one. So a finished one is
used again, wherever it lies beside the new run:

    runs/A/compare_source_only      trained for A
    runs/B/compare.json             says that B is compared with the above
"""

import dataclasses
import json
import os
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tf_advseg
from tf_advseg.base.files import atomic_file
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.runs import data as run_data
from tf_advseg.runs.folder import CHOICE_SETTINGS
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.recorded_settings import CONFIG_FILE
from tf_advseg.runs.recorded_settings import decisive_settings
from tf_advseg.settings.train import TrainSettings

COMPARE_FILE = "compare.json"


def compare_folder(run: str | Path, method: str) -> Path:
    """Where the run that `run` is compared with is trained."""
    return Path(run) / f"compare_{method.partition('(')[0]}"


def find_finished(
    settings: TrainSettings, data: Callable[[], Mapping[str, Any]]
) -> Path | None:
    """Returns the folder of a finished run of the same settings and data.

    Looked for in `settings.run` itself and, one and two folders deep, beside
    the run that it would be the comparison of. It must have been made by
    this version of the package.

    Args:
        settings: Of the run that would be trained; `run` is its folder.
        data: Returns what data.json would say of it; asked only where all
            else is the same, since files may have to be read for it.
    """
    wanted = _decisive(dataclasses.asdict(settings))
    for folder in _candidates(Path(settings.run)):
        if (
            _is_finished(folder, settings.steps)
            and _is_same(folder, wanted)
            and _read(folder / run_data.DATA_FILE) == data()
        ):
            return folder
    return None


def recorded_evaluation(file: Path) -> Evaluation | None:
    """Returns what a run wrote into metrics.json, say; None without labels."""
    facts = _read(file)
    return Evaluation.from_dict(facts) if facts else None


def write_compared_with(run: str | Path, method: str, other: Path) -> None:
    """Notes in a run's folder which run it is compared with."""
    where = Path(os.path.relpath(other.resolve(), Path(run).resolve()))
    value = {"format": 1, "runs": {method: where.as_posix()}}
    text = json.dumps(value, indent=2) + "\n"
    atomic_file.write_text(Path(run) / COMPARE_FILE, text)


def read_compared_with(run: str | Path, method: str) -> Path | None:
    """Returns what `write_compared_with` noted, or None."""
    note = _read(Path(run) / COMPARE_FILE) or {}
    other = note.get("runs", {}).get(method)
    return Path(os.path.normpath(Path(run) / other)) if other else None


def _candidates(folder: Path) -> Iterator[Path]:
    yield folder
    runs = folder.parent.parent
    patterns = (f"*/{CONFIG_FILE}", f"*/{folder.name}/{CONFIG_FILE}")
    for pattern in patterns:
        for config in sorted(runs.glob(pattern)):
            yield config.parent


def _is_finished(folder: Path, steps: int) -> bool:
    run = RunFolder(folder)
    # Older runs with labels ended with metrics.json.
    if not (run.finished.is_file() or run.metrics_json.is_file()):
        return False
    if not (run.last.is_file() and run.best.is_file()):
        return False
    try:
        return read_metadata(run.last).get("step") == steps
    except ValueError:
        return False


def _is_same(folder: Path, wanted: dict[str, Any]) -> bool:
    recorded = _read(folder / CONFIG_FILE)
    environment = _read(folder / "environment.json") or {}
    return (
        recorded is not None
        and _decisive(recorded) == wanted
        and environment.get("tf_advseg") == tf_advseg.__version__
    )


def _decisive(settings: dict[str, Any]) -> dict[str, Any]:
    """What decides a run's weights and which of them it recommends.

    A run from before there was a choice is the same as none.
    """
    choice = {name: settings.get(name) for name in CHOICE_SETTINGS}
    return {**decisive_settings(settings), **choice}


def _read(file: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
