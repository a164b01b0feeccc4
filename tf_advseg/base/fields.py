"""Settings as flat frozen dataclasses, and the flags made from them.

A field of a settings class holds its own help text:

    steps: int = setting(2000, "Number of training steps.")

`define_flags(Settings)` makes one absl flag a field; `settings_from_flags`
reads them back. Library code never sees a flag.
"""

import dataclasses
import json
import types
import typing
from typing import Any

from absl import flags

# Flags count as those of the module that calls `define_flags`: only so does
# `--help` of a command list them.
flags.disclaim_key_flags()

_DEFINERS = {
    str: flags.DEFINE_string,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    bool: flags.DEFINE_boolean,
}


def setting(default: Any, help: str) -> Any:
    """A dataclass field with its help text."""
    return dataclasses.field(default=default, metadata={"help": help})


def parse_size(text: str) -> tuple[int, int] | None:
    """Reads `HEIGHTxWIDTH`, in pixels; empty or `native` means None.

    >>> parse_size("128x256")
    (128, 256)

    Raises:
        ValueError: If it is anything else, or not positive.
    """
    if text in ("", "native"):
        return None
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(p.isdecimal() and int(p) for p in parts):
        raise ValueError(
            f"Cannot read the size {text!r}; expected HEIGHTxWIDTH in pixels, "
            "128x256 say."
        )
    return int(parts[0]), int(parts[1])


def define_flags(settings: type) -> None:
    """Defines one flag for each field of a settings dataclass.

    Args:
        settings: A dataclass whose fields are str, int, float or bool, each
            optionally `| None`, and carry `metadata={"help": ...}`.
    """
    hints = typing.get_type_hints(settings)
    for field in dataclasses.fields(settings):
        definer = _DEFINERS[_plain_type(hints[field.name])]
        definer(field.name, field.default, field.metadata["help"])


def settings_from_flags(settings: type, defaults: dict | None = None) -> Any:
    """Builds a settings object from the parsed flags.

    Args:
        settings: The dataclass given to `define_flags`.
        defaults: Values, from a preset say, that hold where the user gave
            no flag.
    """
    values = dict(defaults or {})
    for field in dataclasses.fields(settings):
        flag = flags.FLAGS[field.name]
        if flag.present or field.name not in values:
            values[field.name] = flag.value
    return settings(**values)


def to_json(settings: Any) -> str:
    """The settings as readable JSON, in the order of the fields."""
    return json.dumps(dataclasses.asdict(settings), indent=2) + "\n"


def _plain_type(hint: Any) -> type:
    if isinstance(hint, types.UnionType):
        return next(t for t in typing.get_args(hint) if t is not types.NoneType)
    return hint
