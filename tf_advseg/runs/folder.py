"""The files of one training run.

config.json        the resolved settings
run.yaml           the same, for `train --config` to make the run again
environment.json   versions, platform, devices, command
data.json          ids of the data, see run_data
manifests/         the files and hashes behind each id
start.keras        the segmenter that it started from (--start)
start_shares.json  what it predicts of the target (--source=none)
easy_and_hard/     of `intrada`: the ranked target, labels of the easy images
metrics.csv        every logged number: step,name,value
alarms.json        what was not healthy, and roll-backs
metrics.json       the evaluation of last.keras
metrics_best.json  the evaluation of best.keras
selection.json     the candidates for best.keras, their scores, the choice
best.keras         the segmenter that was chosen among the snapshots
last.keras         the segmenter at the end
*.keras.sha256     what those are to the byte: `sha256sum --check`
checkpoints/       whole states to resume from
snapshots/         segmenters of several moments, averages of weights beside,
                   scores.json
pictures/          what it predicts
tensorboard/       event files, on request
tracking.json      which runs of MLflow and W&B it is
wandb/             W&B's own files
finished.json      says that all the others are there
exported_to.json   the folder that it was exported to, the last time
run.lock           held while a process trains into the folder
"""

import dataclasses
import datetime
import json
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

import tf_advseg
from tf_advseg.base import fields
from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.atomic_file import remove_leftovers
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.process import code_version
from tf_advseg.runs import run_yaml
from tf_advseg.runs.recorded_settings import CONFIG_FILE
from tf_advseg.runs.recorded_settings import check_kinds
from tf_advseg.runs.recorded_settings import in_todays_names
from tf_advseg.settings.train import TrainSettings

CHOICE_SETTINGS = fields.names_deciding(TrainSettings, "choice")
"""What decides which weights become best.keras, and not what is learned."""


class RunFolder:
    """Names the files of a run and writes the small ones.

    Args:
        path: The folder; made by `prepare`.
        writes: Whether anything is written: of several workers only the
            chief does. Without it all methods do nothing.
    """

    def __init__(self, path: str | Path, writes: bool = True):
        self.path = Path(path)
        self.writes = writes
        self.metrics_csv = self.path / "metrics.csv"
        self.metrics_json = self.path / "metrics.json"
        self.finished = self.path / "finished.json"
        self.metrics_best_json = self.path / "metrics_best.json"
        self.best = self.path / "best.keras"
        self.last = self.path / "last.keras"
        self.checkpoints = self.path / "checkpoints"
        self.snapshots = self.path / "snapshots"
        self.pictures = self.path / "pictures"
        self.tensorboard = self.path / "tensorboard"

    def prepare(self, settings: TrainSettings) -> None:
        """Makes the folder and writes down what will be run in it.

        Nobody else may be writing into it: what looks like a killed
        process's temporary file is removed.

        Raises:
            ValueError: If it holds a run and `resume` is off, or one of
                other settings and `resume` is on.
        """
        if not self.writes:
            return
        config_file = self.path / CONFIG_FILE
        if config_file.exists():
            if not settings.resume:
                raise ValueError(
                    f"{self.path} already holds a run; give --resume to go on "
                    "with it, or another --run."
                )
            _check_same(settings, _recorded(config_file))
        self.path.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.snapshots, self.pictures):
            remove_leftovers(folder)
        self.write_text(CONFIG_FILE, fields.to_json(settings))
        self.write_text(run_yaml.RUN_YAML, run_yaml.text(settings))
        self.write_json("environment.json", environment())

    def write_text(self, name: str, text: str) -> None:
        """Writes a small file atomically."""
        if not self.writes:
            return
        with atomic_path(self.path / name) as temporary:
            Path(temporary).write_text(text, encoding="utf-8")

    def write_picture(self, name: str, picture: np.ndarray) -> Path:
        """Writes uint8 `(H, W, 3)` as pictures/NAME.png, atomically."""
        path = self.pictures / f"{name}.png"
        if not self.writes:
            return path
        self.pictures.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG")
        return path

    def record_models(self) -> None:
        """Writes what best.keras and last.keras are, to the byte."""
        for model in (self.best, self.last):
            if self.writes and model.is_file():
                checksums.record(model)

    def write_json(self, name: str, value: Any) -> None:
        """Writes a value as readable JSON, atomically."""
        text = json.dumps(value, indent=2, ensure_ascii=False)
        self.write_text(name, text + "\n")


def check_writable(path: str | Path) -> None:
    """Tries to write where a run will, before hours are spent on it.

    Raises:
        OSError: If that cannot be done.
    """
    folder = Path(path)
    while not folder.exists():
        folder = folder.parent
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"\0")


def read_settings(path: str | Path) -> TrainSettings:
    """The settings that a run's folder was trained with.

    What its config.json lacks, since it is older, is as it was then.

    Raises:
        ValueError: If there is no readable config.json.
    """
    file = Path(path) / CONFIG_FILE
    if not file.is_file():
        raise ValueError(
            f"{str(path)!r} is no folder of a training run: it has no "
            f"{CONFIG_FILE}. Give the folder that `tf_advseg train` printed."
        )
    values = in_todays_names(_recorded(file))
    known = {
        field.name: values[field.name]
        for field in dataclasses.fields(TrainSettings)
        if field.name in values
    }
    try:
        settings = TrainSettings(**known)
        check_kinds(known)
        return settings
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        raise DataError(
            f"{str(file)!r} holds settings that no run can have: {error}"
        ) from error


def _recorded(file: Path) -> dict[str, Any]:
    return read_object(
        file, "The run's settings", "put back a copy, or give another run"
    )


def new_run_path(method: str) -> Path:
    """A fresh folder's name under runs/, with the time and the method."""
    now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    name = method.partition("(")[0]
    path = Path("runs") / f"{now}-{name}"
    number = 2
    while path.exists():
        path = Path("runs") / f"{now}-{name}-{number}"
        number += 1
    return path


def environment() -> dict[str, Any]:
    """What the run depends on beside its settings."""
    return {
        "command": sys.argv,
        "started": datetime.datetime.now(datetime.UTC).isoformat(
            "T", "seconds"
        ),
        "tf_advseg": tf_advseg.__version__,
        "commit": code_version.commit(),
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
        "platform": platform.platform(),
        "devices": [d.name for d in tf.config.list_logical_devices()],
    }


def _check_same(settings: TrainSettings, recorded: dict) -> None:
    may_differ = fields.names_deciding(
        TrainSettings, "choice", "course", "place"
    )
    for name, value in in_todays_names(recorded).items():
        if name in may_differ:
            continue
        now = getattr(settings, name, None)
        if now != value:
            raise ValueError(
                f"Cannot resume: the run was started with --{name}={value}, "
                f"but now --{name}={now}. Give the same settings again, or "
                "another --run."
            )
