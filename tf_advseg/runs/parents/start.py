"""The trained segmenter that a run starts from, and goes on from.

It is copied into the run's folder: a resumed run, and who asks later where a
model comes from, need nothing outside of it.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from tf_advseg.base.files import checksums
from tf_advseg.networks.model_file import copy_segmenter
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import segmenter_file
from tf_advseg.settings.train import TrainSettings

START_FILE = "start.keras"

_LINEAGE = (
    "method",
    "step",
    "backbone",
    "decoder",
    "source",
    "target",
    "target_labels",
    "started_from",
    "taught_by",
)
"""What is told of a model in the files of those that come of it."""


def check(settings: TrainSettings, class_names: Sequence[str]) -> None:
    """Refuses a start that cannot be one; does nothing without `--start`.

    Raises:
        ValueError: If there is no such model, or it has other classes.
    """
    if not settings.start:
        return
    theirs = read_metadata(_file(settings))["classes"]
    if list(theirs) != list(class_names):
        raise ValueError(
            f"--start={settings.start} knows the classes {', '.join(theirs)}; "
            f"this run has {', '.join(class_names)}. Start from a model of "
            "the same classes in the same order."
        )


def facts(settings: TrainSettings) -> dict[str, Any]:
    """Returns what the start's file says of it.

    Raises:
        ValueError: If there is no such model.
    """
    return read_metadata(_file(settings))


def record(settings: TrainSettings) -> None:
    """Copies the start into the run's folder, once."""
    copy = Path(settings.run) / START_FILE
    if settings.start and not copy.exists():
        copy_segmenter(settings.start, copy, {"file": _file(settings).name})
        checksums.record(copy)


def load_into(segmenter: keras.Model, settings: TrainSettings) -> None:
    """Gives a segmenter the weights of the start.

    Raises:
        ValueError: If it is another network.
    """
    trained, facts = load_segmenter(_file(settings))
    if _shapes(trained) != _shapes(segmenter):
        backbone = facts.get("backbone")
        decoder = facts.get("decoder", "deeplab_v2")
        raise ValueError(
            f"--start={settings.start} is another network than this run's: "
            f"it has the backbone {backbone} and the decoder {decoder}"
            f"{_scales(facts, settings)}. "
            "Give those as --backbone and --decoder, or another start."
        )
    segmenter.set_weights(trained.get_weights())


def _scales(facts: Mapping[str, Any], settings: TrainSettings) -> str:
    window = facts.get("detail_window", "")
    if window == settings.detail_window:
        return ""
    return f", and --detail_window={window}" if window else ", and one scale"


def lineage(settings: TrainSettings) -> dict[str, Any]:
    """What models of the run are to say of their start, if there is one."""
    if not settings.start:
        return {}
    facts = told(read_metadata(_file(settings)))
    return {"started_from": {"path": settings.start, **facts}}


def told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What those that come of a model tell of it."""
    return {name: facts[name] for name in _LINEAGE if name in facts}


def _file(settings: TrainSettings) -> Path:
    return kept(settings, START_FILE) or segmenter_file(settings.start)


def kept(settings: TrainSettings, name: str) -> Path | None:
    """The copy in the run's folder; None if there is no copy, or no run."""
    path = Path(settings.run) / name
    return path if settings.run and path.exists() else None


def _shapes(network: keras.Model) -> list[tuple[str, tuple[int, ...]]]:
    return [(w.name, tuple(w.shape)) for w in network.weights]
