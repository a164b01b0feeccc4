"""Which runs of which trackers a run's folder is: `tracking.json`.

A plain file, so that a resumed run, or a copy of the folder on another
machine, goes on with the same tracked run.
"""

import json
from pathlib import Path

from tf_advseg.base.files import atomic_file
from tf_advseg.base.files.json_file import read_object
from tf_advseg.runs.recorded_settings import CONFIG_FILE

TRACKING_FILE = "tracking.json"
MLFLOW, WANDB = "mlflow", "wandb"


def read(folder: Path) -> dict[str, dict[str, str]]:
    """Returns what is known of a run's tracked runs, by tracker.

    Raises:
        DataError: If the file is damaged.
    """
    path = folder / TRACKING_FILE
    if not path.is_file():
        return {}
    advice = "put back a copy, or remove it: then a new tracked run begins"
    found = read_object(path, "The ids of tracked runs", advice)
    return {
        name: {str(key): str(value) for key, value in one.items()}
        for name, one in found.items()
        if isinstance(one, dict)
    }


def write(folder: Path, tracker: str, facts: dict[str, str]) -> None:
    """Adds a tracker's run to the file, or replaces it."""
    text = json.dumps({**read(folder), tracker: facts}, indent=1)
    atomic_file.write_text(folder / TRACKING_FILE, text + "\n")


def run_id_around(model: str | Path, tracker: str) -> str:
    """The tracked run that a model is from, or ""; "" of no model.

    Args:
        model: The folder of a run, or what lies in one, not too deep.
        tracker: `MLFLOW` or `WANDB`.
    """
    if not str(model):
        return ""
    path = Path(model).resolve()
    for folder in [path, *path.parents][:4]:
        # The nearest run: another, around it, is not where it is from.
        if (folder / CONFIG_FILE).is_file():
            return read(folder).get(tracker, {}).get("run_id", "")
    return ""
