"""The trained segmenters that a run learns from.

They are copied into the run's folder, as a start is: a resumed run, and who
asks later where a model comes from, need nothing outside of it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.base.files import checksums
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import copy_segmenter
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import segmenter_file
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import View
from tf_advseg.runs.parents.start import kept
from tf_advseg.runs.parents.start import told
from tf_advseg.settings.train import TrainSettings


def check(settings: TrainSettings, class_names: Sequence[str]) -> None:
    """Refuses teachers that cannot be some; does nothing without `--teacher`.

    Raises:
        ValueError: If there is no such model, or one has other classes.
    """
    for path, file in _files(settings):
        theirs = read_metadata(file)["classes"]
        if list(theirs) != list(class_names):
            raise ValueError(
                f"The teacher {path} knows the classes {', '.join(theirs)}; "
                f"this run has {', '.join(class_names)}. Learn from a model of "
                "the same classes in the same order."
            )


def record(settings: TrainSettings) -> None:
    """Copies the teachers into the run's folder, once."""
    for number, path in enumerate(settings.teacher_paths, start=1):
        copy = Path(settings.run) / _name(number)
        if not copy.exists():
            copy_segmenter(path, copy, {"file": segmenter_file(path).name})
            checksums.record(copy)


def load(settings: TrainSettings, views: Sequence[View] = PLAIN) -> Ensemble:
    """Returns them as one, with equal weights; call it in the strategy's scope.

    Args:
        settings: Of the run.
        views: What each is shown of an image.

    Raises:
        ValueError: If a file cannot be read.
    """
    models = [load_segmenter(file)[0] for _, file in _files(settings)]
    return Ensemble(models, views=views)


def lineage(settings: TrainSettings) -> dict[str, Any]:
    """What models of the run are to say of their teachers, if there are any."""
    if not settings.teacher_paths:
        return {}
    return {
        "taught_by": [
            {
                "path": path,
                "sha256": checksums.file_sha256(file),
                **told(read_metadata(file)),
            }
            for path, file in _files(settings)
        ]
    }


def _files(settings: TrainSettings) -> list[tuple[str, Path]]:
    """What `--teacher` says of each, and its file: the run's copy, if any."""
    found = []
    for number, path in enumerate(settings.teacher_paths, start=1):
        copy = kept(settings, _name(number))
        found.append((path, copy or segmenter_file(path)))
    return found


def _name(number: int) -> str:
    return f"teacher_{number}.keras"
