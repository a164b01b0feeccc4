"""All models that a run comes from: its start, and its teachers."""

from collections.abc import Sequence
from typing import Any

from tf_advseg.runs.parents import start
from tf_advseg.runs.parents import teachers
from tf_advseg.settings.train import TrainSettings


def check(settings: TrainSettings, class_names: Sequence[str]) -> None:
    """Refuses those that cannot be.

    Raises:
        ValueError: If there is no such model, or it has other classes.
    """
    start.check(settings, class_names)
    teachers.check(settings, class_names)


def record(settings: TrainSettings) -> None:
    """Copies them into the run's folder, once."""
    start.record(settings)
    teachers.record(settings)


def lineage(settings: TrainSettings) -> dict[str, Any]:
    """What models of the run are to say of them."""
    return {**start.lineage(settings), **teachers.lineage(settings)}
