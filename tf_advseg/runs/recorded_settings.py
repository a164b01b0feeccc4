"""The settings in a run's folder, read as they were meant; no TensorFlow."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from tf_advseg.base.checks import brief
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

CONFIG_FILE = "config.json"


def in_todays_names(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """A run's recorded settings as they would be said today.

    What is younger than the run has the value that stands for its absence.
    """
    values = {**PLAIN, **recorded}
    branches = values.pop("aspp_branches", 4)
    if branches != 4:
        values["decoder"] = f"deeplab_v2(aspp_branches={branches})"
    return values


def all_settings(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """All of today's settings as a config.json has them, in their order."""
    values = in_todays_names(recorded)
    return {
        field.name: values.get(field.name, field.default)
        for field in dataclasses.fields(TrainSettings)
    }


def decisive_settings(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a config.json that decide what a run's result is.

    Settings younger than the file have their defaults: that is how the run
    was made.
    """
    recorded = in_todays_names(recorded)
    return {
        field.name: recorded.get(field.name, field.default)
        for field in dataclasses.fields(TrainSettings)
        if field.metadata["decides"] == "weights"
    }


_NAMES = (
    "source",
    "target",
    "classes",
    "target_classes",
    "target_labels",
    "source_split",
    "target_split",
    "eval_split",
)
"""What names a domain, a split or a file."""


def check_kinds(recorded: Mapping[str, Any]) -> None:
    """Refuses what no flag could have read; a file may hold anything.

    Raises:
        ValueError: If a value is a list or an object, or no text where a
            domain or a split is named.
    """
    for name, value in recorded.items():
        is_no_name = name in _NAMES and not isinstance(value, str)
        if is_no_name or isinstance(value, list | dict):
            raise ValueError(f"{name} is {brief(value)}.")
