"""The one door: `tf_advseg COMMAND --flags`, or `python -m tf_advseg`.

A command is a file of settings, whose docstring is its help, and a file of
that name in `commands`, which is imported only when it runs: what can be said
without TensorFlow, help and mistakes, is said at once.
"""

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import tf_advseg
from tf_advseg import settings
from tf_advseg.base import checks
from tf_advseg.base import config_file
from tf_advseg.base import flags
from tf_advseg.base.process import launch
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.command import ConfigSettings
from tf_advseg.settings.parts.command import StartSettings

USAGE = "usage: tf_advseg COMMAND [--flag=value ...]"
_LINE_ONLY = ("config", "list")
"""Flags that mean nothing in a file of flags."""


def command_names() -> list[str]:
    """The commands there are: the files of settings."""
    files = pkgutil.iter_modules(settings.__path__)
    return [file.name for file in files if not file.ispkg]


def settings_module(name: str) -> ModuleType:
    """The file that declares a command."""
    return importlib.import_module(f"tf_advseg.settings.{name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line; returns the exit status.

    Args:
        arguments: The words after the program's name; default: as typed,
            and a signal ends the process with them.
    """
    if arguments is None:
        return launch.end_at_once(main(sys.argv[1:]))
    arguments = list(arguments)
    name = arguments.pop(0) if arguments else ""
    if name in flags.HELP:
        return _say(_overview())
    if name in ("--version", "-version"):
        return _say(f"tf_advseg {tf_advseg.__version__}")
    if name not in command_names():
        return _no_command(name)
    module = settings_module(name)
    if any(argument in flags.HELP for argument in arguments):
        return _say(_help(name, module))
    command = module.COMMAND
    return launch.launch(
        lambda: _prepare(name, command, arguments), command.tensorflow
    )


def _prepare(
    name: str, command: Command, arguments: list[str]
) -> Callable[[], int | None]:
    """Returns what is to be done; raises `ValueError` if it cannot be."""
    values, words = flags.parse(flags.flags_of(*_classes(command)), arguments)
    if words and not command.words:
        raise ValueError(_no_flag(words[0], command))
    if command.words and not words and command.words[0] != "[":
        raise ValueError(f"Say which: tf_advseg {name} {command.words}")
    if command.fills and words:
        values[command.fills] = _one_word(words, values, name, command)
    if values.pop("list", False):
        return _list
    given = command.settings(**_with_files_and_presets(values, command))
    given.look()
    if command.finds:
        for word in words:
            command.finds(word)

    def run():
        workflow = importlib.import_module(f"tf_advseg.commands.{name}")
        takes_words = command.words and not command.fills
        return workflow.run(*([words] if takes_words else []), given)

    return run


def _one_word(
    words: list[str], values: dict[str, Any], name: str, command: Command
) -> str:
    """The word that stands for a setting, if it is one and not a flag's."""
    word, flag = words[0], f"--{command.fills}"
    if "=" in word and _is_flag(word, command):
        raise ValueError(_no_flag(word, command))
    if len(words) > 1:
        raise ValueError(
            f"tf_advseg {name} takes one {command.fills}; received "
            f"{len(words)}: {', '.join(words[:3])} ... Give their folder, or a "
            "pattern in quotes: 'photos/*.jpg'."
        )
    if command.fills in values:
        raise ValueError(
            f"Both {word!r} and {flag}={values[command.fills]} are given; "
            "leave one out."
        )
    return word


def _with_files_and_presets(
    values: dict[str, Any], command: Command
) -> dict[str, Any]:
    """What flags say; else the file of --config; else the preset."""
    known = flags.flags_of(*_classes(command))
    path = values.pop("config", "")
    if path:
        in_a_file = {n: f for n, f in known.items() if n not in _LINE_ONLY}
        values = {**config_file.read(path, in_a_file), **values}
    preset = values.pop("preset", "")
    if preset and command.presets:
        values = {**command.presets(preset), **values}
    return values


def _list() -> int:
    from tf_advseg.experiment import catalogue

    return _say(catalogue.text())


def _classes(command: Command) -> list[type]:
    start = [StartSettings] if command.presets else []
    return [command.settings, ConfigSettings, *start]


def _help(name: str, module: ModuleType) -> str:
    command = module.COMMAND
    words = f"{command.words} " if command.words else ""
    return (
        f"usage: tf_advseg {name} {words}[--flag=value ...]\n\n"
        f"{module.__doc__}\n"
        f"{flags.help_text(*_classes(command), first=COMMON)}"
    )


def _overview() -> str:
    modules = {name: settings_module(name) for name in command_names()}
    lines = [
        f"  {name:<16}{_title(modules[name])}"
        for name in sorted(modules, key=lambda n: modules[n].COMMAND.place)
    ]
    commands = "\n".join(lines)
    return (
        f"{USAGE}\n\n{_title(tf_advseg)}\n\n{commands}\n\n"
        "COMMAND --help shows its flags."
    )


def _title(module: ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0]


def _no_command(name: str) -> int:
    names = command_names()
    hint = checks.near(name, names) or f" Commands: {', '.join(names)}."
    what = f"There is no command {name!r}." if name else "Say what to do."
    print(f"{USAGE}\nerror: {what}{hint}", file=sys.stderr)
    return launch.USER_ERROR


def _no_flag(word: str, command: Command) -> str:
    hint = f" Did you mean --{word}?" if _is_flag(word, command) else ""
    return f"{word!r} is no flag: flags begin with --.{hint}"


def _is_flag(word: str, command: Command) -> bool:
    """Whether somebody left out the dashes, `steps=5` say."""
    name = word.partition("=")[0].replace("-", "_")
    return name in flags.flags_of(*_classes(command))


def _say(text: str) -> int:
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has read enough. Python flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
