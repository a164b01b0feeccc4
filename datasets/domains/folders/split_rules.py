"""Splits that a class map makes out of the folders' splits.

    splits:
      train: {from: train, first: 1200}
      dev:   {from: train, last: 203}
      night: {from: train, list: night.txt}

`first` and `last` count in sorted order. A list file has one image a line,
relative to the images folder or to the root, with or without its ending. The
image may be followed by its label (`image label`, as VOC's lists), which must
be the one that is found by its name.
"""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.domains.folders.layouts import SplitFolder

_WAYS = ("first", "last", "list")


@dataclasses.dataclass(frozen=True)
class SplitRule:
    """How one split is taken from another.

    Args:
        name: The split that is made.
        parent: The split of the folders that it is taken from.
        way: "first", "last" or "list".
        value: A count of images, or the path of the list file.
    """

    name: str
    parent: str
    way: str
    value: int | Place

    def select(self, folder: SplitFolder) -> list[str]:
        """Returns the images of the parent that belong to this split.

        Args:
            folder: The files of the parent.

        Raises:
            DataError: If there are fewer, or a list names what is not there.
        """
        entries = folder.listing.files
        if not isinstance(self.value, int):
            return self._listed(self.value, folder)
        if self.value > len(entries):
            raise DataError(
                f"Split {self.name!r} takes the {self.way} {self.value} "
                f"images of {self.parent!r}, which has only {len(entries)}."
            )
        if self.way == "first":
            return list(entries[: self.value])
        return list(entries[len(entries) - self.value :])

    def _listed(self, file: Place, folder: SplitFolder) -> list[str]:
        lines = {line.strip(): None for line in _lines(file)}
        names = _Names(str(file), folder)
        found = {line: names.entry(line) for line in lines if line}
        missing = [line for line, entry in found.items() if entry is None]
        if missing:
            raise DataError(
                f"{str(file)!r} lists {len(missing)} images that "
                f"split {self.parent!r} does not have, {missing[0]!r} first; "
                "expected paths relative to the images folder."
            )
        return sorted({entry for entry in found.values() if entry is not None})


class _Names:
    """The images that the lines of a list may mean."""

    def __init__(self, file: str, folder: SplitFolder):
        self._file = file
        self._folder = folder
        self._named = {entry: [entry] for entry in folder.listing.files}
        for entry in folder.listing.files:
            stem = entry.rpartition(".")[0]
            self._named.setdefault(stem, []).append(entry)

    def entry(self, line: str) -> str | None:
        """The image of a line: all of it, or what stands before a label."""
        if (entry := self._find(line)) is not None:
            return entry
        for gap in re.finditer(r"[\s,;]+", line):
            if (entry := self._find(line[: gap.start()])) is not None:
                self._check_label(entry, line[gap.end() :])
                return entry
        return None

    def _find(self, name: str) -> str | None:
        """The image of a path that begins at the images, or above them."""
        path = "/" + name.replace("\\", "/").removeprefix("./").lstrip("/")
        parent, images = ["", *str(self._folder.images).split("/")][-2:]
        for above in (f"/{parent}/{images}/", f"/{images}/"):
            if path.startswith(above):
                path = path.removeprefix(above)
        found = self._named.get(path.lstrip("/"), [])
        if len(found) > 1:
            raise DataError(
                f"{self._file!r} lists {name!r}, which may be any of {found}; "
                "write its ending."
            )
        return found[0] if found else None

    def _check_label(self, entry: str, label: str) -> None:
        """A label that a list names must be the one that will be read."""
        ours = self._folder.label_of.get(entry)
        theirs = "/" + label.replace("\\", "/").removeprefix("./").lstrip("/")
        if ours is None or not f"/{ours}".endswith(theirs):
            found = "none" if ours is None else repr(str(ours))
            raise DataError(
                f"{self._file!r} gives {entry!r} the label {label!r}, but by "
                f"its name the image has {found}; name labels like their "
                "images, or leave them out of the list."
            )


def parse_split_rules(
    splits: Any, folder: Place
) -> tuple[tuple[SplitRule, ...], str | None]:
    """Returns the rules of a class map's `splits`, and what is wrong.

    Args:
        splits: The YAML value.
        folder: Where list files are looked for: the class map's folder.

    Returns:
        (rules, None), or ((), a sentence without its subject).
    """
    if not isinstance(splits, Mapping):
        text = f"has `splits` {brief(splits)}"
        return (), f"{text}; expected a rule by split name"
    rules = []
    for name, rule in splits.items():
        ways = set(rule) - {"from"} if isinstance(rule, Mapping) else set()
        if len(ways) != 1 or "from" not in rule or not ways <= set(_WAYS):
            return (), (
                f"has the split {brief(name)} as {brief(rule)}; expected "
                "{from: SPLIT, first: N}, {from: SPLIT, last: N} or "
                "{from: SPLIT, list: FILE}"
            )
        way = ways.pop()
        value = rule[way]
        if way != "list" and not (type(value) is int and value > 0):
            return (), (
                f"has the split {brief(name)} with `{way}: {brief(value)}`; "
                "expected a number of images above 0"
            )
        texts = [rule["from"], *([value] if way == "list" else [])]
        for text in texts:
            if isinstance(text, list | Mapping):
                return (), (
                    f"has the split {brief(name)} with {brief(text)}; "
                    "expected text"
                )
        value = folder / str(value) if way == "list" else value
        rules.append(SplitRule(str(name), str(rule["from"]), way, value))
    return tuple(rules), None


def _lines(path: Place) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"List of images {str(path)!r} cannot be read: {error}."
        ) from error
