"""The oracle that `make demo` shows, from the recorded runs on the streets."""

import dataclasses
import json
from pathlib import Path

import numpy as np

from benchmarks.adaptation.recipes import ORACLE
from benchmarks.adaptation.records import Record
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.runs import comparison
from tf_advseg.settings.parts.samples import AUTO
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
    of_seeds = {
        seed: _comparable(streets, seed)
        for seed in sorted(streets.runs.get(ORACLE, {}))
    }
    defaults = [seed for seed, its in of_seeds.items() if _are_defaults(its)]
    runs = [streets.runs[ORACLE][seed]["last"] for seed in defaults]
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
        "settings": of_seeds[defaults[0]],
        "iou": iou,
    }
    write_text(file, json.dumps(record, indent=2) + "\n")
    return True


def _comparable(streets: Record, seed: int) -> dict[str, object]:
    settings = streets.settings_of(ORACLE, seed)
    known = {field.name for field in dataclasses.fields(TrainSettings)}
    kept = {k: v for k, v in settings.items() if k in known}
    return comparison.comparable(TrainSettings(**kept))


def _are_defaults(settings: dict[str, object]) -> bool:
    """Whether they are; sizes that follow the images are what they were."""
    defaults = comparison.comparable(TrainSettings())
    return settings.keys() == defaults.keys() and all(
        value in (settings[name], AUTO) for name, value in defaults.items()
    )
