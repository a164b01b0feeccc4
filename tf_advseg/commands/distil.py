"""What `tf_advseg distil` does, once its flags are settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tf_advseg.base.files.json_file import read_object
from tf_advseg.commands import train
from tf_advseg.runs.recorded_settings import CONFIG_FILE
from tf_advseg.runs.recorded_settings import all_settings
from tf_advseg.runs.recorded_settings import check_kinds
from tf_advseg.settings.distil import DistilSettings


def run(settings: DistilSettings, write: Callable[[str], None] = print) -> int:
    """Trains the student; returns the exit status, as `train` does.

    Raises:
        ValueError: If a domain is not said, and no run of a teacher says it.
    """
    teacher = settings.teacher_paths[0]
    # A resumed run knows what it said, and needs no teacher but its copies.
    taught_on = _settings_of(Path(settings.run if settings.resume else teacher))
    made = settings.of_a_run(taught_on)
    if not (made.source and made.target):
        raise ValueError(
            f"The teacher {teacher} is in no run's folder, which would say "
            "what it was trained on: give --source and --target."
        )
    if taught_on:
        write(f"As its teacher: {made.source} to {made.target}")
    return train.run(made, write)


def _settings_of(teacher: Path) -> dict[str, Any]:
    """What the run that a teacher lies in was told; nothing of no run."""
    folder = teacher if teacher.is_dir() else teacher.parent
    config = folder / CONFIG_FILE
    if not config.is_file():
        return {}
    recorded = read_object(config, "The teacher's settings", "copy them again")
    try:
        check_kinds(recorded)
    except ValueError as error:
        raise ValueError(f"The file {config} is damaged: {error}") from None
    return all_settings(recorded)
