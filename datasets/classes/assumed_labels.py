"""What the labels of a folder mean that does not say so itself.

A target's labels are, as a rule, written with the source's ids. So the
source's table reads them, strictly: an id that it does not name is an error.
A model remembers its source's table, for evaluations without the source.
Whatever is assumed is said, in a sentence that names the way out.
"""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.class_map import ClassMap
from tf_advseg.datasets.classes.class_map import identity_class_map
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain


def assumed_class_map(
    root: Place, class_set: ClassSet, source: LabelTable | None
) -> ClassMap:
    """Returns the class map of a folder that has none.

    Args:
        root: The folder.
        class_set: The source's classes.
        source: How the source's labels are read; None: it has train ids, or
            nobody knows.
    """
    class_map = identity_class_map(class_set)
    how = "as train ids: " + ", ".join(
        f"{i} {name}" for i, name in enumerate(class_set.names)
    )
    if source is not None:
        class_map = dataclasses.replace(class_map, table=source)
        how = f"by {source.source}"
    # Strictly: an id that the source does not name is no id of the source.
    table = dataclasses.replace(
        class_map.table,
        ignore_unknown=False,
        assumed=(
            f"No class map says what the labels of {str(root)!r} mean; they "
            f"are read {how}."
        ),
        advice=way_out(root),
    )
    return dataclasses.replace(class_map, table=table)


def way_out(root: Place) -> str:
    """What to do about an assumption."""
    return (
        f"write {str(root / 'classes.yaml')!r}, with the source's names of "
        "classes and the ids that these labels have, or give a class map of "
        "another place (--target_classes; --classes where there is no source)"
    )


def table_of(domain: Domain) -> LabelTable | None:
    """Returns how a domain's labels are read; None: they are train ids."""
    return getattr(domain, "label_table", None)


def table_values(table: LabelTable | None) -> dict[str, Any] | None:
    """Returns a table as values that JSON can hold."""
    if table is None:
        return None
    return {
        "labels_are": table.labels_are,
        "train_ids": [[c, i] for c, i in sorted(table.train_ids.items())],
        "implied": sorted(table.implied),
    }


def table_of_models(
    metadata: Sequence[Mapping[str, Any]],
) -> LabelTable | None:
    """Returns how the labels of models' source were read, if all agree.

    Args:
        metadata: Of each model's file, with `table_values` as `label_table`.

    Raises:
        ValueError: If that is damaged.
    """
    values = [facts.get("label_table") for facts in metadata]
    first = values[0]
    if first is None or any(other != first for other in values):
        return None
    try:
        return LabelTable(
            {int(code): int(train_id) for code, train_id in first["train_ids"]},
            labels_are=str(first["labels_are"]),
            implied=frozenset(first["implied"]),
            source="what the model knows of its source's labels",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            "The model's file says in `label_table` no such thing as how "
            f"labels are read ({error!r}); it is damaged: copy it again."
        ) from error
