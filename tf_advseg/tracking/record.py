"""Which runs of which trackers a run's folder is: `tracking.json`.

A plain file, so that a resumed run, or a copy of the folder on another
machine, goes on with the same tracked run.
"""

import json
from pathlib import Path

from tf_advseg.base.files import atomic_file
from tf_advseg.base.files.json_file import read_object

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


def run_id_around(model: Path, tracker: str) -> str:
    """The tracked run of the folder that a model is, or lies in; or ""."""
    for folder in [model, *model.resolve().parents][:4]:
        if (folder / TRACKING_FILE).is_file():
            return read(folder).get(tracker, {}).get("run_id", "")
    return ""
