"""What the labels of a folder mean: classes, table of ids, splits.

`class_map_file` reads one from YAML; `ClassMap.onto` brings two domains with
different ids onto the classes of one of them, by name.
"""

import dataclasses

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.folders.split_rules import SplitRule


@dataclasses.dataclass(frozen=True)
class ClassMap:
    """What a class map says.

    Args:
        class_set: The classes, in the file's order.
        table: From raw ids or colours to train ids.
        label_folder: The name of the labels' folder.
        split_rules: Splits to make beside the folders' own.
    """

    class_set: ClassSet
    table: LabelTable
    label_folder: str = "labels"
    split_rules: tuple[SplitRule, ...] = ()

    def onto(self, class_set: ClassSet) -> "ClassMap":
        """Returns this map with the train ids of another set, by name.

        Raises:
            DataError: If the other set lacks one of this map's classes.
        """
        position = {name: i for i, name in enumerate(class_set.names)}
        for name in self.class_set.names:
            if name not in position:
                raise DataError(
                    f"{_upper(self.table.source)} has the class {name!r}, "
                    f"which the class set {class_set.name!r} lacks "
                    f"({', '.join(class_set.names)}); rename it, or move its "
                    "ids to `ignore`."
                )
        new_ids = [position[name] for name in self.class_set.names]
        new_ids += [IGNORE_LABEL] * (256 - len(new_ids))
        train_ids = {
            code: new_ids[old] for code, old in self.table.train_ids.items()
        }
        table = dataclasses.replace(self.table, train_ids=train_ids)
        return dataclasses.replace(self, class_set=class_set, table=table)


def identity_class_map(class_set: ClassSet) -> ClassMap:
    """Returns the map of labels that are train ids already."""
    train_ids = {i: i for i in range(class_set.num_classes)}
    table = LabelTable(
        train_ids | {IGNORE_LABEL: IGNORE_LABEL},
        source=f"the class set {class_set.name!r}",
        implied=frozenset({IGNORE_LABEL}),
    )
    return ClassMap(class_set, table)


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
