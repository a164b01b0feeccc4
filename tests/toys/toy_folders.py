"""Folders of runs from plain files: no model is made, nothing is trained."""

import dataclasses
import json
from pathlib import Path

from tf_advseg.base.files import checksums
from tf_advseg.settings.train import TrainSettings

CLASSES = {"road": 0.5, "car": 0.25}
FINISHED_FILES = ("metrics_best.json", "metrics.json", "finished.json")


def write(path: Path, value) -> None:
    """Writes JSON, or bytes as they are; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    path.write_bytes(data)


def unfinished(folder: Path, **settings) -> Path:
    """A run that was killed after 200 of 600 steps."""
    facts = dataclasses.asdict(TrainSettings(run=str(folder), **settings))
    write(folder / "config.json", facts)
    environment = {
        "started": "2025-01-02T03:04:05+00:00",
        "tf_advseg": "0.1.0",
        "commit": "0123456789ab",
        "command": ["tf_advseg", "train"],
    }
    write(folder / "environment.json", environment)
    ids = {"source": {"id": "aa"}, "target": {"id": "bb"}, "eval": {"id": "cc"}}
    write(folder / "data.json", {"format": 1, **ids})
    rows = "step,name,value\n1,loss,2.0\n100,loss,nan\n200,loss,1.0\n"
    write(folder / "metrics.csv", rows.encode())
    write(folder / "checkpoints/000002-step-200/state.index", b"12345")
    write(folder / "snapshots/step_000100.keras", b"1234567")
    write(folder / "snapshots/step_000200.keras", b"1234567")
    return folder


def finished(folder: Path, iou=None, **settings) -> Path:
    """A run that made all of its steps; its models are no models."""
    unfinished(folder, **settings)
    iou = iou or CLASSES
    metrics = {
        "domain": "streets-real",
        "split": "val",
        "size": [128, 256],
        "num_images": 50,
        "miou": sum(iou.values()) / len(iou),
        "iou": iou,
    }
    write(folder / "metrics_best.json", metrics)
    write(folder / "metrics.json", metrics | {"miou": 0.3})
    write(folder / "selection.json", {"chosen": "snapshots/step_000200.keras"})
    write(folder / "finished.json", {"step": 600})
    for name in ("best.keras", "last.keras"):
        write(folder / name, b"a model")
        checksums.record(folder / name)
    return folder
