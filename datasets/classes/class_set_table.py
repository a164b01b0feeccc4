"""Prints the class sets and what becomes of each in another.

    python -m tf_advseg.datasets.classes.class_set_table > docs/class_sets.md

The tables come from `class_mapping`, which maps the labels themselves.
"""

from collections.abc import Iterable

from tf_advseg.datasets.classes.class_mapping import ClassMapping
from tf_advseg.datasets.classes.class_mapping import map_by_name
from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.domains.domain import ClassSet

INTRODUCTION = """\
# Class sets

Written by
`python -m tf_advseg.datasets.classes.class_set_table > docs/class_sets.md`.

Every published data set can be read with any of these
(`camvid(root="/data/camvid", classes="camvid11")`). A mapping goes by names,
and where two sets name one thing differently by `same_names.py`:

* several classes on one row are *merged*;
* *dropped* classes become 255, which no loss and no score counts. A class
  that is wider than any class of the other set is dropped: `vehicles` are
  not all cars;
* classes that *never occur* cannot be learned from such labels.

A class may be wider in one set than its namesake in another: a `car` of
`camvid11` may be a truck or a bus.
"""


def text() -> str:
    """Returns the whole page."""
    sets = list(CLASS_SETS.values())
    sections = [_section(s, [o for o in sets if o is not s]) for s in sets]
    return "\n".join([INTRODUCTION, *sections]).rstrip() + "\n"


def _section(class_set: ClassSet, others: Iterable[ClassSet]) -> str:
    lines = [f"## {class_set.name}", "", f"{', '.join(class_set.names)}.", ""]
    for other in others:
        lines += [f"### {class_set.name} to {other.name}", ""]
        lines += [*_table(map_by_name(class_set.names, other)), ""]
    return "\n".join(lines)


def _table(mapping: ClassMapping) -> Iterable[str]:
    yield f"| {mapping.class_set.name} | from |"
    yield "| --- | --- |"
    same = [raw for raw, name in mapping.target.items() if raw == name]
    same = [name for name in same if name not in mapping.renamed]
    if same:
        yield f"| {', '.join(same)} | *the same* |"
    for name, sources in mapping.renamed.items():
        yield f"| {name} | {' + '.join(sources)} |"
    if mapping.dropped:
        yield f"| *dropped* | {', '.join(mapping.dropped)} |"
    if mapping.absent:
        yield f"| {', '.join(mapping.absent)} | *never occur* |"


if __name__ == "__main__":
    print(text(), end="")
