"""Reads a class map: a small YAML file that says what labels mean.

    name: streets4                 # of the class set
    labels: labels                 # the folder beside images/; the default
    classes:                       # in train-id order
      - {name: road, id: 7, color: [128, 64, 128]}
      - {name: building, id: [11, 12]}
    ignore: [0, 1]                 # 255 always is, unless a class takes it
    unknown: error                 # or ignore: any other id
    splits: ...                    # see split_rules

With `id`, labels are numbers and `color` (the first, if a list) only paints
pictures. If no class has an `id`, labels are RGB pictures: each class has a
`color` or a list of them, and `ignore` lists colours.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import NoReturn

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.base.files.yaml_file import read_yaml
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.class_map import ClassMap
from tf_advseg.datasets.classes.label_table import MAX_ID
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.classes.label_table import bit_colour
from tf_advseg.datasets.classes.label_table import colour_code
from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.folders.split_rules import parse_split_rules
from tf_advseg.datasets.files.picture_modes import COLOURS
from tf_advseg.datasets.files.picture_modes import IDS

_logger = logging.getLogger(__name__)
_KEYS = ("name", "labels", "classes", "ignore", "unknown", "splits")
_CLASS_KEYS = ("name", "id", "color")


def read_class_map(path: str | Place) -> ClassMap:
    """Returns what a class map file, which may lie in an archive, says.

    Raises:
        DataError: If it cannot be read or contradicts itself; one sentence.
    """
    path = Path(path) if isinstance(path, str) else path
    values = read_yaml(path, "Class map")
    try:
        return _Reader(path).class_map(values)
    except DataError:
        raise
    except ValueError as error:
        raise DataError(f"Class map {str(path)!r}: {error}") from None


class _Reader:
    """Turns the YAML values of one file into a `ClassMap`."""

    def __init__(self, path: Place):
        self._path = path

    def class_map(self, values: Any) -> ClassMap:
        if not isinstance(values, Mapping) or not values.get("classes"):
            self._fail("has no `classes`; expected a list of classes")
        _check_keys("key", values, _KEYS)
        classes = values["classes"]
        if not isinstance(classes, list):
            self._fail(f"has `classes` {brief(classes)}; expected a list")
        for entry in classes:
            self._check_class(entry)
        rules, wrong = parse_split_rules(
            values.get("splits") or {}, self._path.parent
        )
        if wrong:
            self._fail(wrong)
        return ClassMap(
            class_set=self._class_set(values, classes),
            table=self._table(values, classes),
            label_folder=self._word(values, "labels", "labels"),
            split_rules=rules,
        )

    def _check_class(self, entry: Any) -> None:
        if not isinstance(entry, Mapping):
            self._fail(
                f"has the class {brief(entry)}; expected {{name: ..., id: ...}}"
            )
        _check_keys("key of a class", entry, _CLASS_KEYS)
        if not isinstance(entry.get("name"), str):
            self._fail(
                f"has a class with the name {brief(entry.get('name'))}; "
                "expected text (put quotes around names such as on, no, 1)"
            )

    def _class_set(self, values: Mapping, classes: list) -> ClassSet:
        names = tuple(entry["name"] for entry in classes)
        given = {
            entry["name"]: self._colours(entry["color"], entry["name"])[0]
            for entry in classes
            if "color" in entry
        }
        # A default colour that a class was given gives way to a later one.
        taken = {*given.values()}
        later = map(bit_colour, range(len(names) + 1, 256))
        spare = (colour for colour in later if colour not in taken)
        palette = [
            given.get(name)
            or (bit_colour(i + 1) if bit_colour(i + 1) not in taken else None)
            or next(spare)
            for i, name in enumerate(names)
        ]
        name = self._word(values, "name", self._path.stem)
        class_set = ClassSet(name, names, tuple(palette))
        for same in class_set.same_colours:
            _logger.warning(
                "Class map %r gives %s one color: in pictures they cannot be "
                "told apart.",
                str(self._path),
                " and ".join(map(repr, same)),
            )
        return class_set

    def _table(self, values: Mapping, classes: list) -> LabelTable:
        of_colours = not any("id" in entry for entry in classes)
        key, parse = ("color", self._codes) if of_colours else ("id", self._ids)
        train_ids = {}
        for train_id, entry in enumerate(classes):
            if key not in entry:
                self._fail(
                    f"gives the class {entry['name']!r} no `{key}`; expected "
                    "an `id` for every class, or a `color` for every class "
                    "and no `id`"
                )
            for code in parse(entry[key], entry["name"]):
                self._add(train_ids, code, train_id, of_colours)
        ignored = values.get("ignore") or []
        for code in parse(ignored, "ignore") if ignored else []:
            self._add(train_ids, code, IGNORE_LABEL, of_colours)
        implied = set() if of_colours else {IGNORE_LABEL} - {*train_ids}
        train_ids |= dict.fromkeys(implied, IGNORE_LABEL)
        return LabelTable(
            train_ids,
            labels_are=COLOURS if of_colours else IDS,
            ignore_unknown=_unknown(values) == "ignore",
            source=f"the class map {str(self._path)!r}",
            implied=frozenset(implied),
        )

    def _add(self, train_ids, code, train_id, of_colours: bool) -> None:
        if code in train_ids:
            what = f"color {colour_of(code)}" if of_colours else f"id {code}"
            self._fail(f"names the {what} twice")
        train_ids[code] = train_id

    def _ids(self, value: Any, name: str) -> list[int]:
        ids = value if isinstance(value, list) else [value]
        for raw in ids:
            if type(raw) is not int or not 0 <= raw <= MAX_ID:
                self._fail(
                    f"gives {name!r} the id {brief(raw)}; expected a whole "
                    f"number from 0 to {MAX_ID}, or a list of them"
                )
        return ids

    def _codes(self, value: Any, name: str) -> list[int]:
        return [colour_code(colour) for colour in self._colours(value, name)]

    def _colours(self, value: Any, name: str) -> list[tuple[int, int, int]]:
        is_list = isinstance(value, list) and value
        colours = value if is_list and isinstance(value[0], list) else [value]
        for colour in colours:
            if not _is_colour(colour):
                self._fail(
                    f"gives {name!r} the color {brief(colour)}; expected "
                    "[red, green, blue] from 0 to 255, or a list of them"
                )
        return [tuple(colour) for colour in colours]

    def _word(self, values: Mapping, key: str, default: str) -> str:
        value = values.get(key, default)
        if isinstance(value, list | Mapping):
            self._fail(f"has `{key}` {brief(value)}; expected text")
        return str(value)

    def _fail(self, text: str) -> NoReturn:
        raise DataError(f"Class map {str(self._path)!r} {text}.")


def _check_keys(what: str, values: Mapping, known: tuple) -> None:
    for key in values:
        check_choice(what, _text(key), known)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else brief(value)


def _unknown(values: Mapping) -> str:
    value = _text(values.get("unknown", "error"))
    return check_choice("value of `unknown`", value, ("error", "ignore"))


def _is_colour(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(type(part) is int and 0 <= part <= 255 for part in value)
    )
