"""What makes a file of settings a command."""

import dataclasses
from collections.abc import Callable
from typing import Any

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting

COMMON = "Most used"
"""The group that `--help` shows first."""


@dataclasses.dataclass(frozen=True)
class Command:
    """A command, named as its file in `settings` and the one in `commands`.

    The file in `commands` has a function `run`, which takes the settings and
    returns the exit status or None.

    Attributes:
        settings: What it can be told.
        place: Where it stands in the list of commands.
        words: What it takes besides flags, "RUN ..." say: `run` gets a list of
            them before the settings. Without it such words are refused; in
            brackets, "[FOLDER ...]", there may be none.
        fills: The setting that such a word gives, "input" say; then there is
            one at most, and `run` gets none.
        finds: Raises `ValueError` if what such a word names is not there.
        presets: The settings of a preset, by its name; None: there are none.
        tensorflow: Whether it needs TensorFlow, whose import takes seconds.
    """

    settings: type[Settings]
    place: int
    words: str = ""
    fills: str = ""
    finds: Callable[[str], None] | None = None
    presets: Callable[[str], dict[str, Any]] | None = None
    tensorflow: bool = True


@dataclasses.dataclass(frozen=True)
class ConfigSettings(Settings):
    """A flag of every command, which is no setting of its own."""

    GROUP = COMMON

    config: str = setting(
        "",
        "A YAML file of flags, one line each ('steps: 600'); flags given "
        "beside it win.",
    )


@dataclasses.dataclass(frozen=True)
class StartSettings(Settings):
    """Flags of a command with presets, which are no settings of its own."""

    GROUP = COMMON

    preset: str = setting("", "Settings to start from; --list shows them.")
    list: bool = setting(
        False,
        "List methods, backbones, decoders, domains and presets, and exit.",
    )
