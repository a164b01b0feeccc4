"""The oracle that `make demo` shows, from the recorded runs on the streets."""

import dataclasses
import json
from pathlib import Path

import numpy as np

from benchmarks.adaptation.recipes import ORACLE
from benchmarks.adaptation.records import Record
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.runs import comparison
from tf_advseg.settings.train import TrainSettings


def write(streets: Record, file: Path = comparison.RECORDED_ORACLE) -> bool:
    """Writes the mean IoUs of the oracle's last weights, if they are known.

    Only runs with the defaults of `tf_advseg train` are the demo's.

    Args:
        streets: The record of the pair.
        file: Where the demo looks.

    Returns:
        Whether there are such runs.
    """
    wanted = comparison.comparable(TrainSettings())
    runs = [
        figures["last"]
        for seed, figures in sorted(streets.runs.get(ORACLE, {}).items())
        if _comparable(streets, seed) == wanted
    ]
    if not runs:
        return False
    iou = {
        name: float(np.mean([run["iou"][name] for run in runs]))
        for name in runs[0]["iou"]
    }
    iou["mIoU"] = float(np.mean([run["miou"] for run in runs]))
    record = {
        "command": "python -m benchmarks.adaptation",
        "seeds": len(runs),
        "settings": wanted,
        "iou": iou,
    }
    write_text(file, json.dumps(record, indent=2) + "\n")
    return True


def _comparable(streets: Record, seed: int) -> dict[str, object]:
    settings = streets.settings_of(ORACLE, seed)
    known = {field.name for field in dataclasses.fields(TrainSettings)}
    kept = {k: v for k, v in settings.items() if k in known}
    return comparison.comparable(TrainSettings(**kept))
