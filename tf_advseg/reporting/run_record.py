"""Reads what a run's folder says of itself.

Only config.json must be there. Everything else is written by other parts, at
other times or not at all: what is missing is None, what cannot be read is
named, and the report goes on.
"""

import contextlib
import json
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.reporting.facts import RunRecord
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.recorded_settings import CONFIG_FILE
from tf_advseg.training.callbacks import metrics_log


def read_run(path: str | Path, model: str = "auto") -> RunRecord:
    """Reads a run's folder.

    Args:
        path: The folder.
        model: Which of its segmenters the report is about, of
            `ReportSettings.checkpoint`'s choices.

    Raises:
        DataError: If the folder holds no run.
    """
    path = Path(path)
    if not (path / CONFIG_FILE).is_file():
        raise DataError(
            f"{str(path)!r} holds no {CONFIG_FILE}: it is not the folder of a "
            "training run. Give a folder that `tf_advseg train` made."
        )
    reader = _Reader(path)
    selection = reader.json("selection.json", dict)
    file, chosen_by = _model_file(path, selection, model)
    metadata = reader.metadata(file)
    if model == "best" and "chosen_by" in metadata:
        chosen_by = str(metadata["chosen_by"])
    return RunRecord(
        path=path,
        settings=reader.json(CONFIG_FILE, dict) or {},
        environment=reader.json("environment.json", dict) or {},
        curves=reader.curves(),
        recorded=reader.evaluation(),
        selection=selection,
        alarms=reader.json("alarms.json", dict),
        data=reader.json("data.json", dict),
        gate=reader.json("export/gate.json", dict),
        model=file if metadata else None,
        chosen_by=chosen_by,
        step=metadata.get("step"),
        problems=tuple(reader.problems),
    )


def _model_file(path, selection, model) -> tuple[Path, str]:
    """The segmenter's file and why it is this one."""
    folder = RunFolder(path)
    if model == "best":
        return folder.best, "best evaluation"
    chosen = (selection or {}).get("chosen")
    # Joined names may lead out of the folder; a run's own files never do.
    if model == "auto" and isinstance(chosen, str):
        file = path / chosen
        # A name may also be longer than names can be, or hold a null byte.
        with contextlib.suppress(OSError, ValueError):
            if file.is_file() and file.resolve().is_relative_to(path.resolve()):
                return file, str(selection.get("chosen_by", "selection"))
    return folder.last, "last step"


class _Reader:
    """Reads files and remembers what went wrong."""

    def __init__(self, path: Path):
        self.path = path
        self.problems: list[str] = []

    def json(self, name: str, kind: type) -> Any:
        file = self.path / name
        if not file.is_file():
            return None
        try:
            value = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            self.problems.append(f"{file} cannot be read: {error}.")
            return None
        if not isinstance(value, kind):
            self.problems.append(f"{file} is not a JSON object.")
            return None
        return value

    def curves(self) -> dict[str, list[tuple[int, float]]]:
        curves: dict[str, list[tuple[int, float]]] = {}
        try:
            for step, name, value in metrics_log.read(
                self.path / "metrics.csv"
            ):
                curves.setdefault(name, []).append((step, float(value)))
        except (OSError, ValueError) as error:
            self.problems.append(f"metrics.csv cannot be read: {error}.")
        return curves

    def evaluation(self) -> Evaluation | None:
        facts = self.json("metrics.json", dict)
        if facts is None:
            return None
        try:
            return Evaluation.from_dict(facts)
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            self.problems.append(f"metrics.json lacks a part: {error}.")
            return None

    def metadata(self, file: Path) -> dict[str, Any]:
        try:
            return read_metadata(file)
        except ValueError as error:
            self.problems.append(str(error))
            return {}
