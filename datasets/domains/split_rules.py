"""Splits that a class map makes out of the folders' splits.

    splits:
      train: {from: train, first: 1200}
      dev:   {from: train, last: 203}
      night: {from: train, list: night.txt}

`first` and `last` count in sorted order. A list file has one image a line,
relative to the images folder, with or without its ending.
"""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.datasets.archives import Place

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

    def select(self, entries: Sequence[str]) -> list[str]:
        """Returns the entries of the parent that belong to this split.

        Args:
            entries: Sorted paths relative to the images folder.

        Raises:
            DataError: If there are fewer, or a list names what is not there.
        """
        if not isinstance(self.value, int):
            return self._listed(self.value, entries)
        if self.value > len(entries):
            raise DataError(
                f"Split {self.name!r} takes the {self.way} {self.value} "
                f"images of {self.parent!r}, which has only {len(entries)}."
            )
        if self.way == "first":
            return list(entries[: self.value])
        return list(entries[len(entries) - self.value :])

    def _listed(self, file: Place, entries: Sequence[str]) -> list[str]:
        by_name = {entry: entry for entry in entries}
        by_name |= {entry.rpartition(".")[0]: entry for entry in entries}
        lines = [line.strip() for line in _lines(file)]
        names = [line for line in lines if line]
        missing = [name for name in names if name not in by_name]
        if missing:
            raise DataError(
                f"{str(file)!r} lists {len(missing)} images that "
                f"split {self.parent!r} does not have, {missing[0]!r} first; "
                "expected paths relative to the images folder."
            )
        return sorted({by_name[name] for name in names})


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
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"List of images {str(path)!r} cannot be read: {error}."
        ) from error
