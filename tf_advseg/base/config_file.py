"""A file of flags: YAML, one line each.

    method: advent
    steps: 600
    flip: true

A line means what the flag of that name means on the command line, paths too:
they are relative to the working directory, and not to the file, since most
values may be a name as well as a path. What is there twice, has no such name
or is of another type is refused, and nothing is converted but what YAML 1.1
takes for something else than people do.
"""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tf_advseg.base import checks
from tf_advseg.base import fields
from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import plain_type
from tf_advseg.base.files.yaml_file import read_yaml

_WHAT = "The config file"
_KINDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text; put it in quotes",
}
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?e[-+]?\d+", re.IGNORECASE)
"""1e-3, a number to everybody but YAML 1.1."""


def read(
    path: str | Path, known: Mapping[str, dataclasses.Field]
) -> dict[str, Any]:
    """Returns the values in a config file, by the names of their flags.

    Args:
        path: The file.
        known: The fields of settings that it may give, by name.

    Raises:
        DataError: If it cannot be read, or one of its lines cannot be meant;
            names the file and the line's key.
    """
    path = Path(path)
    lines = read_yaml(path, _WHAT)
    if not isinstance(lines, dict):
        what = "nothing" if lines is None else brief(lines)
        raise DataError(
            f"{_WHAT} {str(path)!r} holds {what}; expected one line a flag, "
            "'steps: 600' say."
        )
    values = {}
    for key, value in lines.items():
        try:
            field = _find(known, key)
            values[key] = _value(field, value)
            fields.check(field, values[key])
        except (ValueError, OverflowError) as error:
            raise DataError(f"{_WHAT} {str(path)!r}: {error}") from None
    return values


def text(
    settings: Settings, heading: str, first: str, without: set[str]
) -> str:
    """Returns the config file that makes settings again, whole.

    Defaults are written too: those of another version may be others.

    Args:
        settings: What it is to say.
        heading: Its first lines, a comment.
        first: The group of settings that comes first.
        without: Names of settings that it is not to have.
    """
    parts = [
        "".join(f"# {line}".rstrip() + "\n" for line in heading.split("\n"))
    ]
    for title, found in fields.grouped(type(settings), first=first).items():
        values = {
            field.name: getattr(settings, field.name)
            for field in found
            if field.name not in without
        }
        # Lines as long as they come: a folded one is nobody's to edit.
        lines = yaml.safe_dump(values, sort_keys=False, width=float("inf"))
        if values:
            parts.append(f"# {title}\n{lines}")
    return "\n".join(parts)


def _find(
    known: Mapping[str, dataclasses.Field], key: Any
) -> dataclasses.Field:
    if key in known:
        return known[key]
    for field in known.values():
        if key and field.metadata["was"] == key:
            now = field.metadata["now"] or f"--{field.name}"
            raise ValueError(f"--{key} is called {now} now.")
    hint = checks.near(str(key), known, "{!r}") or " --help lists all flags."
    raise ValueError(f"there is no flag {brief(key)}.{hint}")


def _value(field: dataclasses.Field, value: Any) -> Any:
    """The value of a line, of the field's type."""
    kind = plain_type(field)
    if value is None:
        if field.default is None:
            return None
        raise ValueError(
            f"{field.name} has no value; give it one, or take the line out."
        )
    word = str(value).lower()
    if isinstance(value, bool) and word in field.metadata["choices"]:
        return word
    is_number = type(value) is int or (
        isinstance(value, str) and _EXPONENT.fullmatch(value)
    )
    if kind is float and is_number:
        return float(value)
    if type(value) is not kind:
        raise ValueError(
            f"{field.name} must be {_KINDS[kind]}; received {brief(value)}."
        )
    return value
