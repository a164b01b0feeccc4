"""A run in MLflow."""

import re
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import numpy as np

from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking import mlflow_server
from tf_advseg.tracking import record
from tf_advseg.tracking.mlflow_server import NotReached
from tf_advseg.tracking.story import TAG
from tf_advseg.tracking.tracker import Begun
from tf_advseg.tracking.tracker import Number
from tf_advseg.tracking.tracker import Story

if TYPE_CHECKING:
    from mlflow.entities import Param

_MOST_LETTERS = 6000
"""Of a parameter: MLflow's own limit."""
_MOST_PARAMETERS = 100
_NO_NAME = re.compile(r"[^\w\-. :/]")
_PARENT = "mlflow.parentRunId"


class MLflowTracker:
    """Sends one run after the other to one experiment.

    Args:
        settings: Of the first run.

    Raises:
        ValueError: If the server cannot be reached.
    """

    name = record.MLFLOW
    title = "MLflow"
    most_numbers = 1000

    def __init__(self, settings: TrainSettings):
        self._client = mlflow_server.connect(settings.track_to)
        self._uri = self._client.tracking_uri
        with mlflow_server.explained(self._uri):
            self._experiment = mlflow_server.experiment_id(
                self._client, settings.track_project
            )
        self._run_id = ""
        self._known: set[tuple[int, str, str]] = set()
        self._names: dict[str, str] = {}

    def begin(self, story: Story) -> Begun:
        """As `Tracker.begin`."""
        with mlflow_server.explained(self._uri):
            return Begun(self._begin(story), story.logged)

    def numbers(self, numbers: Sequence[Number]) -> None:
        """Sends numbers, but for those that are there already."""
        from mlflow.entities import Metric

        named = [n._replace(name=self._metric(n.name)) for n in numbers]
        new = [n for n in named if _key(n) not in self._known]
        self._client.log_batch(
            self._run_id,
            [Metric(n.name, n.value, n.milliseconds, n.step) for n in new],
        )
        self._known.update(map(_key, new))

    def picture(self, step: int, name: str, picture: np.ndarray) -> None:
        """As `Tracker.picture`; MLflow shows them by step."""
        self._client.log_image(self._run_id, picture, key=name, step=step)

    def file(self, path: Path, inside: str) -> None:
        """As `Tracker.file`."""
        self._client.log_artifact(self._run_id, str(path), inside or None)

    def end(self, state: str) -> None:
        """As `Tracker.end`."""
        self._client.set_terminated(self._run_id, state)

    def _begin(self, story: Story) -> list[str]:
        self._known, self._names = set(), {}
        known = record.read(story.folder).get(self.name)
        if known:
            told = self._go_on(known["run_id"], story)
        else:
            told = self._begin_anew(story)
        parent = record.run_id_around(story.parent, self.name)
        tags = dict(story.tags)
        if parent and self._has(parent):
            tags[_PARENT] = parent
        for name, value in tags.items():
            self._client.set_tag(self._run_id, name, value[:5000])
        where = mlflow_server.without_password(self._uri)
        facts = {"run_id": self._run_id, "address": where}
        record.write(story.folder, self.name, facts)
        return [f"MLflow: run {self._run_id} at {where}.", *told]

    def _begin_anew(self, story: Story) -> list[str]:
        run = self._client.create_run(
            self._experiment, run_name=story.folder.resolve().name
        )
        self._run_id = run.info.run_id
        parameters = list(_parameters(story.settings))
        for first in range(0, len(parameters), _MOST_PARAMETERS):
            some = parameters[first : first + _MOST_PARAMETERS]
            self._client.log_batch(self._run_id, params=some)
        cut = [
            n for n, v in story.settings.items() if len(str(v)) > _MOST_LETTERS
        ]
        if not cut:
            return []
        self._client.set_tag(self._run_id, f"{TAG}cut", ", ".join(cut))
        return [
            f"MLflow takes {_MOST_LETTERS} letters of a setting: of "
            f"{', '.join(cut)} it has the first ones; run.yaml has all."
        ]

    def _go_on(self, run_id: str, story: Story) -> list[str]:
        """Parameters stay as they are; what is different now becomes a tag."""
        found = self._found(run_id, story.folder)
        self._run_id = run_id
        self._client.update_run(run_id, status="RUNNING")
        for key in found.data.metrics:
            for metric in self._client.get_metric_history(run_id, key):
                self._known.add((metric.step, key, repr(metric.value)))
        for parameter in _parameters(story.settings):
            before = found.data.params.get(parameter.key)
            if before != parameter.value:
                self._client.set_tag(
                    run_id, f"{TAG}now.{parameter.key}", parameter.value[:5000]
                )
        return []

    def _metric(self, name: str) -> str:
        """A name that MLflow takes, and that no other metric has."""
        if name not in self._names:
            # Each part of a path must be one.
            parts = [part.strip(".") or "_" for part in name.split("/")]
            wanted = found = _NO_NAME.sub("_", "/".join(parts))
            number = 2
            while found in self._names.values():
                found, number = f"{wanted}_{number}", number + 1
            self._names[name] = found
        return self._names[name]

    def _found(self, run_id: str, folder: Path) -> Any:
        try:
            run = self._client.get_run(run_id)
        except Exception as error:
            if not _is_missing(error):
                raise
            run = None
        if run is None or run.info.lifecycle_stage != "active":
            where = mlflow_server.without_password(self._uri)
            raise NotReached(
                f"{folder / record.TRACKING_FILE} says that this is MLflow's "
                f"run {run_id}, which is not at {where}, or was deleted there. "
                "Give its address, restore it, or remove the file: then a new "
                "tracked run begins."
            )
        return run

    def _has(self, run_id: str) -> bool:
        try:
            self._client.get_run(run_id)
        except Exception as error:
            if not _is_missing(error):
                raise
            return False
        return True


def _parameters(settings) -> "Iterator[Param]":
    from mlflow.entities import Param

    for name, value in settings.items():
        yield Param(name, str(value)[:_MOST_LETTERS])


def _key(number: Number) -> tuple[int, str, str]:
    return number.step, number.name, repr(number.value)


def _is_missing(error: Exception) -> bool:
    return getattr(error, "error_code", "") == "RESOURCE_DOES_NOT_EXIST"
