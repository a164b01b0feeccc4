"""Prints what is known of the published data sets, for docs/datasets.md.

    python -m tf_advseg.datasets.domains.table > docs/datasets.md

Everything below its introduction comes from the registered domains.
"""

from collections.abc import Iterable

from tf_advseg.datasets.classes.class_mapping import ClassMapping
from tf_advseg.datasets.classes.class_mapping import map_by_name
from tf_advseg.datasets.classes.class_sets import choose_class_set
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.published_data import PublishedData
from tf_advseg.datasets.published import PUBLISHED

INTRODUCTION = """\
# Data sets

Written by `python -m tf_advseg.datasets.domains.table > docs/datasets.md`.

Published data sets are read as they come out of their archives. Name one,
with the folder that holds it, for `--source` or `--target`:

    --source='gta5(root="/data/gta5")'
    --target='cityscapes(root="/data/cityscapes")'
    --target=cityscapes:/data/cityscapes        # the same, without options

`classes=` chooses the class set: 19 classes of Cityscapes, the 16 of them
that SYNTHIA has, the 13 of Cross-City, `camvid11` or `idd7`
([class sets](class_sets.md) has them, and what becomes of each in another).
A target that is not told takes its source's, an evaluation its model's.
Labels are mapped by the names of classes; what has no counterpart is ignored
(255) and listed below, as are classes that are merged or renamed. An id or
colour that a data set should not have is an error that names the file.

None of these data sets was at hand when this was written: the layouts were
tested in miniature (`tests/suites/test_native_domains.py`). What could be
checked neither in a data set's own documentation nor in its tools is named as
unverified. Terms are abridged: those on a data set's own page are binding.

Others, which `tensorflow_datasets` or Hugging Face's `datasets` keep on the
disk, are domains too: [data sets of two libraries](libraries.md).
"""
_HEAD = (
    "`--source`, `--target`",
    "images",
    "size",
    "in papers",
    "classes",
    "licence",
)


def text() -> str:
    """Returns the whole page."""
    everything = [PUBLISHED[name] for name in sorted(PUBLISHED)]
    rows = [_row(data) for data in everything]
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD)), *map(_line, rows)]
    sections = [_section(data) for data in everything]
    return "\n".join([INTRODUCTION, *lines, "", *sections]).rstrip() + "\n"


def _row(data: PublishedData) -> list[str]:
    counts = [
        f"{split} {'?' if count is None else format(count, ',')}"
        for split, count in data.counts.items()
    ]
    return [
        f"[`{data.name}`](#{data.name})",
        ", ".join(counts),
        _size(data.image_size) or "varies",
        _size(data.training_size),
        str(data.default_classes),
        data.licence,
    ]


def _section(data: PublishedData) -> str:
    items = [
        f"{data.title}. Register: <{data.register}>",
        f"Options: {_options(data)}",
        *(
            f"Split `{split}`: {_places(rules)}"
            for split, rules in data.rules.items()
        ),
        *_mapped(data),
        f"Unverified: {'; '.join(data.unverified) or 'nothing'}",
    ]
    return "\n".join(
        [f"## {data.name}", "", *(f"- {item}" for item in items), ""]
    )


def _options(data: PublishedData) -> str:
    options = {name: option.default for name, option in data.options.items()}
    options = {"classes": data.default_classes, **options}
    return ", ".join(f"`{name}={value!r}`" for name, value in options.items())


def _places(rules: Iterable[NamingRule]) -> str:
    return "; ".join(
        f"`{rule.images}` with `{rule.labels}`"
        if rule.labels
        else f"`{rule.images}`, unlabelled"
        for rule in rules
    )


def _mapped(data: PublishedData) -> Iterable[str]:
    """What the classes become in the default set, then in its own sets."""
    for classes in (data.default_classes, *data.own_classes):
        class_set = choose_class_set(classes)
        prefix = "" if classes == data.default_classes else f"`{classes}`: "
        mapping = map_by_name(data.raw_ids, class_set, data.same_as)
        for line in _changes(mapping):
            yield prefix + line


def _changes(mapping: ClassMapping) -> Iterable[str]:
    merged = [
        f"{name} from {' + '.join(raw)}"
        for name, raw in mapping.renamed.items()
    ]
    if merged:
        yield f"Merged or renamed: {'; '.join(merged)}"
    if mapping.dropped:
        yield f"Ignored: {'; '.join(mapping.dropped)}"
    if mapping.absent:
        yield f"Never occur: {'; '.join(mapping.absent)}"


def _size(size: tuple[int, int] | None) -> str:
    return f"{size[0]} x {size[1]}" if size else ""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(text(), end="")
