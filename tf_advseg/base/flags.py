"""Flags made of settings: a command line read, and its help.

A flag is a field of a settings class. `--steps=600` and `--steps 600` give a
value, `--flip`, `--noflip` and `--flip=false` switch, dashes in names count as
underscores, the last of several wins, and nothing is abbreviated.
"""

import dataclasses
import textwrap
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from tf_advseg.base import checks
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import changed
from tf_advseg.base.fields import grouped
from tf_advseg.base.fields import plain_type

HELP = ("-h", "-help", "--help")
_SWITCH = {"true": True, "1": True, "false": False, "0": False}
_KINDS = {int: "a whole number", float: "a number"}
_WIDTH = 79


def flags_of(*settings: type[Settings]) -> dict[str, dataclasses.Field]:
    """The flags of some settings classes, by name."""
    return {
        field.name: field
        for one in settings
        for field in dataclasses.fields(one)
    }


def parse(
    flags: Mapping[str, dataclasses.Field], arguments: Iterable[str]
) -> tuple[dict[str, Any], list[str]]:
    """Reads a command line.

    Args:
        flags: What may be given.
        arguments: The words after the command.

    Returns:
        The values that were given, and the words that are no flags.

    Raises:
        ValueError: If there is no such flag, or a value is of another type.
    """
    values, words, rest = {}, [], iter(arguments)
    for argument in rest:
        if argument == "--":
            words += rest
        elif not argument.startswith("-") or argument == "-":
            words.append(argument)
        else:
            name, equals, text = argument.lstrip("-").partition("=")
            name = name.replace("-", "_")
            turned_off = _turned_off(flags, name)
            if turned_off and not equals:
                values[turned_off] = False
                continue
            field = _find(flags, name)
            if plain_type(field) is bool:
                values[name] = _switch(name, text if equals else "true")
                continue
            if not equals:
                text = next(rest, "--")
                if text.startswith("--"):
                    raise ValueError(f"--{name} needs a value: --{name}=VALUE.")
            values[name] = _value(field, text)
    return values, words


def written(settings: Settings) -> list[str]:
    """The flags that make a settings object again."""
    return [f"--{name}={value}" for name, value in changed(settings).items()]


def help_text(*settings: type[Settings], first: str) -> str:
    """The flags with their help, in groups: those of the bases, then its own.

    Args:
        *settings: Whose flags.
        first: The group that is shown before all others.
    """
    return "\n\n".join(
        "\n".join([f"{title}:", *map(_entry, found)])
        for title, found in grouped(*settings, first=first).items()
    )


def default_text(field: dataclasses.Field) -> str:
    """What happens by default; empty where there is nothing to say."""
    if plain_type(field) is bool:
        return "on" if field.default else "off"
    default = field.metadata["unset"] or field.default
    return "" if default is None else str(default)


def _entry(field: dataclasses.Field) -> str:
    rules, kind = field.metadata, plain_type(field)
    if kind is bool:
        title = f"--[no]{field.name}"
    else:
        values = "|".join(rules["choices"]) or VALUES[kind]
        title = f"--{field.name}={values}"
    default = default_text(field)
    shown = f" (default: {default})" if default else ""
    return f"  {title}\n" + textwrap.fill(
        rules["help"] + shown,
        _WIDTH,
        initial_indent=" " * 6,
        subsequent_indent=" " * 6,
        break_on_hyphens=False,
    )


VALUES = {str: "TEXT", int: "NUMBER", float: "NUMBER"}
"""What stands for a value of each type."""


def _turned_off(flags: Mapping[str, dataclasses.Field], name: str) -> str:
    """The switch that `--noNAME` turns off, or nothing."""
    switch = name.removeprefix("no")
    is_off = name not in flags and switch != name and switch in flags
    return switch if is_off and plain_type(flags[switch]) is bool else ""


def _find(
    flags: Mapping[str, dataclasses.Field], name: str
) -> dataclasses.Field:
    if name in flags:
        return flags[name]
    for field in flags.values():
        if field.metadata["was"] == name:
            now = field.metadata["now"] or f"--{field.name}"
            raise ValueError(f"--{name} is called {now} now.")
    hint = checks.near(name, flags, "--{}") or " --help lists all."
    raise ValueError(f"There is no flag --{name}.{hint}")


def _switch(name: str, text: str) -> bool:
    try:
        return _SWITCH[text.lower()]
    except KeyError:
        raise ValueError(
            f"--{name} is a switch: --{name}, --no{name}, --{name}=true or "
            f"--{name}=false; received {text!r}."
        ) from None


def _value(field: dataclasses.Field, text: str) -> Any:
    kind = plain_type(field)
    try:
        return kind(text)
    except ValueError:
        raise ValueError(
            f"--{field.name} must be {_KINDS[kind]}; received {text!r}."
        ) from None
