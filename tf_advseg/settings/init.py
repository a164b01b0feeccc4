"""Looks at two folders and proposes classes, sizes and a first run.

    tf_advseg init renders photos
    tf_advseg train --config=run.yaml

Writes what is missing and nothing else: renders/classes.yaml, if no class map
says what the labels mean, with a picture of each class (run_classes.png);
run.yaml, the flags of a run with the reason for each. Says what is wrong with
the data, what memory and time the run will take, and what to type next. Names
of classes are numbers, or a guess that is called one. What is there is never
overwritten (docs/init.md). The exit status is 5 if there are errors in data.
"""

import dataclasses
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.check_data import CheckSettings
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import ClassesSettings
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.parts.places import DryRunSettings
from tf_advseg.settings.parts.places import OutSettings
from tf_advseg.settings.train import TrainSettings


def find_folder(path: str) -> None:
    """Raises `DataError` if there is neither a folder nor an archive."""
    place = Path(path)
    if not place.exists() and not any(p.is_file() for p in place.parents):
        raise DataError(
            f"The folder {path!r} does not exist; `tf_advseg init SOURCE "
            "TARGET` takes a folder of labelled images and one to adapt to "
            "(`train` takes several, between commas)."
        )


@dataclasses.dataclass(frozen=True)
class InitSettings(DryRunSettings, ClassesSettings, OutSettings):
    """One proposal."""

    GROUP = "More"

    out: str = same(OutSettings, "out", "run.yaml")
    classes: str = same(
        ClassesSettings,
        "classes",
        "",
        unset="classes.yaml in SOURCE, or else a proposal",
    )
    target_classes: str = same(DataSettings, "target_classes", "", group=COMMON)
    method: str = same(TrainSettings, "method", TrainSettings.method)
    measure: bool = setting(
        False,
        "Time some real steps here instead of estimating: takes a minute or "
        "more.",
        group=COMMON,
    )
    look_at: int = setting(
        500,
        "Images of each split to open, evenly spread over it; 0: all. A rare "
        "class may be missed in the others; `check_data` opens all.",
        low=0,
    )
    source_split: str = same(
        DataSettings, "source_split", "train", unset="train, or the only one"
    )
    target_split: str = same(
        DataSettings, "target_split", "train", unset="train, or the only one"
    )
    eval_split: str = same(
        DataSettings, "eval_split", "val", unset="val, or a labelled one"
    )
    processes: int = same(CheckSettings, "processes", 0)


COMMAND = Command(
    InitSettings,
    place=12,
    words="SOURCE TARGET",
    finds=find_folder,
    tensorflow=False,
)
