"""The pages of the commands, made of their settings as the site is built.

What a command's page says is what its --help says: the docstring of its
settings' module, and each field with its default, its limits and its help. No
flag is written down a second time.
"""

import textwrap
from dataclasses import Field

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.files import Files

from tf_advseg import cli
from tf_advseg.base import flags
from tf_advseg.base.fields import grouped
from tf_advseg.base.fields import limits
from tf_advseg.base.fields import plain_type
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import ConfigSettings
from tf_advseg.settings.parts.command import StartSettings

ROOM = "commands/"
_NAV = "Commands"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages where the navigation has an empty list for them."""
    pages = [f"{ROOM}index.md"] + [_site_path(name) for name in _names()]
    for section in config.nav or []:
        for entries in section.values():
            for entry in entries if isinstance(entries, list) else []:
                if isinstance(entry, dict) and entry.get(_NAV) == []:
                    entry[_NAV] = pages
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds a page for each command, and one that lists them."""
    names = _names()
    pages = {_site_path(name): page(name) for name in names}
    pages[f"{ROOM}index.md"] = overview(names)
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def overview(names: list[str]) -> str:
    """The page that lists the commands."""
    rows = [
        f"| [`{name}`]({name}.md) | {_described(name)[0]} |" for name in names
    ]
    return "\n".join(
        [
            "# The commands",
            "",
            "    tf_advseg COMMAND --flags",
            "",
            "`tf_advseg COMMAND --help` prints what these pages say; they are "
            "made of the same settings.",
            "",
            "| command | what it does |",
            "| --- | --- |",
            *rows,
        ]
    )


def page(name: str) -> str:
    """The page of one command, in Markdown."""
    command = cli.settings_module(name).COMMAND
    title, text = _described(name)
    usage = f"tf_advseg {name} {command.words} [--flag=value ...]"
    classes = [command.settings, ConfigSettings]
    if command.presets:
        classes.append(StartSettings)
    lines = [
        f"# {name}",
        title,
        # Fenced, for what follows may begin with lines of code, too.
        f"```text\n{_folded(usage)}\n```",
        text,
    ]
    for group, found in grouped(*classes, first=COMMON).items():
        rows = "\n".join(map(_row, found))
        table = f"| flag | default | |\n| --- | --- | --- |\n{rows}"
        lines += [
            f"## {group}",
            f'<div class="flags" markdown>\n\n{table}\n\n</div>',
        ]
    return "\n\n".join(lines) + "\n"


def _names() -> list[str]:
    def place(name: str) -> int:
        return cli.settings_module(name).COMMAND.place

    return sorted(cli.command_names(), key=place)


def _site_path(name: str) -> str:
    return f"{ROOM}{name}.md"


def _described(name: str) -> tuple[str, str]:
    """A command's first sentence, and the rest of what it says of itself."""
    title, _, text = (cli.settings_module(name).__doc__ or "").partition("\n")
    return title, text.strip("\n")


def _folded(usage: str) -> str:
    """A usage in lines of 76 letters, its further ones moved in."""
    return textwrap.fill(
        " ".join(usage.split()),
        76,
        subsequent_indent=" " * 8,
        break_on_hyphens=False,
    )


def _row(field: Field) -> str:
    """One flag as a row of a table."""
    name = field.name
    kind, choices = plain_type(field), field.metadata["choices"]
    if kind is bool:
        flag = f"--{name}, --no{name}"
    else:
        flag = f"--{name}={'...' if choices else flags.VALUES[kind]}"
    said = [_escaped(field.metadata["help"])]
    if choices:
        said.append("One of " + ", ".join(f"`{one}`" for one in choices) + ".")
    if limits(field):
        said.append(f"It is {limits(field)}.")
    default = flags.default_text(field)
    shown = _escaped(default) if field.metadata["unset"] else _code(default)
    return f"| `{flag}` | {shown} | {' '.join(said)} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _escaped(text: str) -> str:
    """Plain text that Markdown shall show as it stands."""
    for sign in "\\*_<|[":
        text = text.replace(sign, f"\\{sign}")
    return text
