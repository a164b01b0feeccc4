"""From one data set's classes to another's, by name, and what gets lost.

Names decide, and where two data sets name one thing differently a table says
so: the data set's own, then `same_names`. What has no counterpart is ignored,
and listed rather than lost quietly.
"""

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.same_names import SAME_NAMES
from tf_advseg.datasets.domains.domain import ClassSet


@dataclasses.dataclass(frozen=True)
class ClassMapping:
    """Where each raw class goes.

    Args:
        class_set: The classes that are mapped onto.
        target: The class of each raw class, by name; None: ignored.
    """

    class_set: ClassSet
    target: Mapping[str, str | None]

    @property
    def dropped(self) -> tuple[str, ...]:
        """Raw classes that become the ignore label."""
        return tuple(raw for raw, name in self.target.items() if name is None)

    @property
    def renamed(self) -> dict[str, tuple[str, ...]]:
        """Raw classes of each class that is not just its namesake."""
        sources = {name: self._sources(name) for name in self.class_set.names}
        return {n: s for n, s in sources.items() if s and s != (n,)}

    @property
    def absent(self) -> tuple[str, ...]:
        """Classes that no raw class becomes: never seen in these labels."""
        names = self.class_set.names
        return tuple(name for name in names if not self._sources(name))

    def train_id(self, raw: str) -> int:
        """Returns the train id of a raw class; 255 if it is dropped."""
        name = self.target[raw]
        return (
            IGNORE_LABEL if name is None else self.class_set.names.index(name)
        )

    def _sources(self, name: str) -> tuple[str, ...]:
        return tuple(raw for raw, to in self.target.items() if to == name)


def map_by_name(
    raw_names: Iterable[str],
    class_set: ClassSet,
    same_as: Mapping[str, str] | None = None,
) -> ClassMapping:
    """Maps raw classes onto a class set.

    Args:
        raw_names: The raw classes.
        class_set: The classes to map onto.
        same_as: What raw classes of another name are called there; several
            that share one are merged.

    Raises:
        ValueError: If `same_as` speaks of a class that is not raw.

    Example:
        >>> two = ClassSet("two", ("car", "sky"), ((0, 0, 0), (9, 9, 9)))
        >>> mapping = map_by_name(["car", "van", "tree"], two, {"van": "car"})
        >>> mapping.renamed, mapping.dropped, mapping.absent
        ({'car': ('car', 'van')}, ('tree',), ('sky',))
    """
    raw_names, same_as = tuple(raw_names), same_as or {}
    strangers = [name for name in same_as if name not in raw_names]
    if strangers:
        raise ValueError(
            f"{', '.join(strangers)} cannot be renamed: expected some of the "
            f"classes {', '.join(raw_names)}."
        )
    return ClassMapping(
        class_set,
        {raw: _class_of(raw, class_set, same_as) for raw in raw_names},
    )


def _class_of(
    raw: str, class_set: ClassSet, same_as: Mapping[str, str]
) -> str | None:
    """The class that a raw class becomes; None if it has no counterpart."""
    table = SAME_NAMES.get(class_set.name, {})
    own = same_as.get(raw, raw)
    for name in (own, raw, table.get(raw), table.get(own)):
        if name in class_set.names:
            return name
    return None
