"""What a run's folder says of itself, as far as it can be read."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import brief
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.runs.overview import tags
from tf_advseg.runs.recorded_settings import CONFIG_FILE
from tf_advseg.runs.recorded_settings import all_settings

FINISHED, UNFINISHED, DAMAGED = "finished", "unfinished", "damaged"
MODELS = ("best.keras", "last.keras")
_ROLES = ("source", "target", "eval", "target_labels")


@dataclasses.dataclass(frozen=True)
class RunFacts:
    """One run.

    Attributes:
        path: Its folder.
        state: `FINISHED`, `UNFINISHED` or `DAMAGED`.
        settings: All of today's settings; empty if they cannot be read.
        step: Updates made, as far as they are on the disk.
        chosen: What metrics_best.json says, of best.keras.
        last: The same of metrics.json, of last.keras.
        environment: Versions, and when it was started.
        data: Ids of the data by role.
        tags: The user's own words.
        problems: What cannot be read, in sentences.
    """

    path: Path
    state: str
    settings: dict[str, Any]
    step: int | None
    chosen: dict[str, Any]
    last: dict[str, Any]
    environment: dict[str, Any]
    data: dict[str, str]
    tags: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def started(self) -> str:
        """The day and time; `~` where only the file's own time is known."""
        known = self.environment.get("started")
        if isinstance(known, str):
            return known[:16].replace("T", " ")
        seconds = (self.path / CONFIG_FILE).stat().st_mtime
        then = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        return f"~{then:%Y-%m-%d %H:%M}"

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values, without confusion matrices."""
        return {
            "run": str(self.path),
            "state": self.state,
            "method": self.settings.get("method"),
            "source": self.settings.get("source"),
            "target": self.settings.get("target"),
            "target_labels": self.settings.get("target_labels") or None,
            "step": self.step,
            "steps": self.settings.get("steps"),
            "miou": miou(self.chosen),
            "miou_last": miou(self.last),
            "tags": list(self.tags),
            "started": self.started,
            "data": self.data,
            "problems": list(self.problems),
        }


def miou(metrics: dict[str, Any]) -> float | None:
    """The mIoU (0-1) in a metrics file, if it holds one."""
    return _fraction(metrics.get("miou"))


def iou(metrics: dict[str, Any]) -> dict[str, float | None]:
    """IoU (0-1) by class; None where a class is absent."""
    found = metrics.get("iou")
    if not isinstance(found, dict):
        return {}
    return {name: _fraction(value) for name, value in found.items()}


def data_ids(data: Any) -> dict[str, str]:
    """Ids by role, of what data.json or a model's metadata say."""
    roles = data if isinstance(data, dict) else {}
    found = {role: roles.get(role) for role in _ROLES}
    return {
        role: str(facts["id"])
        for role, facts in found.items()
        if isinstance(facts, dict) and "id" in facts
    }


def read_facts(path: Path) -> RunFacts:
    """Reads the folder of a run; what is wrong with it becomes a sentence."""
    reader = _Reader(path)
    settings = reader.settings()
    metrics = {
        name: reader.object(name)
        for name in ("metrics.json", "metrics_best.json")
    }
    finished = reader.object("finished.json")
    step = finished.get("step")
    if not isinstance(step, int):
        states = StateFiles(path / "checkpoints").states()
        step = states[-1].step if states else None
    # Older runs with labels ended with metrics.json.
    state = FINISHED if finished or metrics["metrics.json"] else UNFINISHED
    missing = [name for name in MODELS if not (path / name).is_file()]
    if state == FINISHED and missing:
        reader.problems.append(
            f"{path} is finished, but has no {' and no '.join(missing)}."
        )
    environment = reader.object("environment.json")
    data, own_tags = reader.object("data.json"), reader.tags()
    return RunFacts(
        path=path,
        state=DAMAGED if reader.problems else state,
        settings=settings,
        step=step,
        chosen=metrics["metrics_best.json"],
        last=metrics["metrics.json"],
        environment=environment,
        data=data_ids(data),
        tags=own_tags,
        problems=tuple(reader.problems),
    )


class _Reader:
    """Reads files and remembers what went wrong."""

    def __init__(self, path: Path):
        self.path = path
        self.problems: list[str] = []

    def object(self, name: str) -> dict[str, Any]:
        """A JSON object; an empty one of a file that is missing or damaged."""
        if not (self.path / name).exists():
            return {}
        try:
            return read_object(self.path / name, "The file", "put back a copy")
        except ValueError as error:
            self.problems.append(str(error))
            return {}

    def settings(self) -> dict[str, Any]:
        recorded = self.object(CONFIG_FILE)
        if not recorded:
            return {}
        try:
            found = all_settings(recorded)
        except (TypeError, ValueError) as error:
            self.problems.append(f"{self.path / CONFIG_FILE}: {error}")
            return {}
        for name, value in found.items():
            if isinstance(value, list | dict):
                self.problems.append(
                    f"{self.path / CONFIG_FILE}: {name} is {brief(value)}."
                )
                return {}
        return found

    def tags(self) -> tuple[str, ...]:
        try:
            return tags.read_tags(self.path)
        except ValueError as error:
            self.problems.append(str(error))
            return ()


def _fraction(value: Any) -> float | None:
    is_one = type(value) in (int, float) and 0 <= value <= 1
    return float(value) if is_one else None
