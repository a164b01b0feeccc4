"""A domain in the classes of another: labels are mapped by names."""

import copy
import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.class_mapping import map_by_name
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain

_VERSION = "other classes, 1"


def in_classes_of(
    domain: Domain, class_set: ClassSet
) -> tuple[Domain, tuple[str, ...]]:
    """Returns a domain whose labels are of other classes, by name.

    Args:
        domain: The domain; it is not changed.
        class_set: The classes that it is to have.

    Returns:
        The domain, and those of its own classes that have no counterpart:
        they are ignored (255).

    Raises:
        DataError: If none has a counterpart.
    """
    mapping = map_by_name(domain.class_set.names, class_set)
    if len(mapping.dropped) == domain.class_set.num_classes:
        raise DataError(
            f"No class of {domain.name!r} ({', '.join(mapping.dropped)}) is "
            f"one of {', '.join(class_set.names)}; give them these names in a "
            "class map (classes.yaml in its folder)."
        )
    ids = np.full(256, IGNORE_LABEL, np.uint8)
    for train_id, name in enumerate(domain.class_set.names):
        ids[train_id] = mapping.train_id(name)
    if isinstance(domain, FileDomain):
        return _with_table(domain, class_set, ids), mapping.dropped
    return _Mapped(domain, class_set, ids), mapping.dropped


def _with_table(
    domain: FileDomain, class_set: ClassSet, ids: np.ndarray
) -> FileDomain:
    """Files are read by another table, and by nothing else."""
    table, found = domain.label_table, copy.copy(domain)
    found.class_set = class_set
    found.label_table = dataclasses.replace(
        table,
        train_ids={
            code: int(ids[old]) for code, old in table.train_ids.items()
        },
    )
    return found


class _Mapped(Domain):
    """What is in no files: its labels are mapped once they are read."""

    def __init__(self, whole: Domain, class_set: ClassSet, ids: np.ndarray):
        self.name = whole.name
        self.splits = whole.splits
        self.class_set = class_set
        self._whole = whole
        self._ids = ids

    def keys(self, split: str) -> Sequence[str]:
        return self._whole.keys(split)

    def has_labels(self, split: str) -> bool:
        return self._whole.has_labels(split)

    def missing_labels(self, split: str) -> Sequence[str]:
        return self._whole.missing_labels(split)

    def left_out(self, split: str) -> str:
        return self._whole.left_out(split)

    def read_image(self, key: str) -> np.ndarray:
        return self._whole.read_image(key)

    def read_label(self, key: str) -> np.ndarray:
        return self._ids[self._whole.read_label(key)]

    def fingerprint(self, split: str, with_labels: bool) -> str | None:
        known = self._whole.fingerprint(split, with_labels)
        if known is None or not with_labels:
            return known
        return digest([_VERSION, known, str(self.class_set), str(self._ids)])

    def recipe(self, split: str) -> Mapping[str, Any] | None:
        recipe = self._whole.recipe(split)
        return recipe and {**recipe, "classes": list(self.class_set.names)}
