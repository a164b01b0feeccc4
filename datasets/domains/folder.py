"""A domain of image files: a user's own renders, a user's own camera.

`layouts` says where the files of each split may lie. ROOT may be a zip or tar
file, or a folder in one (`archives`). Images lie in any depth of subfolders;
labels have the same relative path, or a usual suffix (see `label_names`). A
domain that is only adapted to needs no labels.
"""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_folder
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.classes.assumed_labels import assumed_class_map
from tf_advseg.datasets.classes.class_map import ClassMap
from tf_advseg.datasets.classes.class_map_file import read_class_map
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.folders.layouts import SplitFolder
from tf_advseg.datasets.domains.folders.layouts import find_layout
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME
from tf_advseg.datasets.domains.folders.listing import IMAGE_ENDINGS
from tf_advseg.datasets.domains.folders.listing import Listing


class FolderDomain(FileDomain):
    """Images, and labels where there are some, in folders.

    A key is the path of the image relative to the root, with `/`.

    Args:
        path: The root: a folder, an archive, or a folder in an archive.
        class_map: A class map, or its file; by default ROOT/classes.yaml, if
            there is one.
        class_set: The classes to map onto by name, the source's as a rule.
        labels_like: How the source's labels are read, and so these where no
            class map says it; None: they are taken as train ids. Either is
            said when the first label is read.

    Raises:
        DataError: If there is no image folder, no way to know the classes,
            or the class map is wrong.

    Example:
        >>> source = FolderDomain("renders")  # doctest: +SKIP
        >>> target = FolderDomain(  # doctest: +SKIP
        ...     "camera",
        ...     class_set=source.class_set,
        ...     labels_like=source.label_table,
        ... )
    """

    def __init__(
        self,
        path: str | Place,
        class_map: str | Path | ClassMap | None = None,
        class_set: ClassSet | None = None,
        labels_like: LabelTable | None = None,
    ):
        root = open_folder(path)
        if not isinstance(root, ArchivePath):
            root = check_folder("Image folder", root)
        self.root = root
        self.name = self.root.resolve().name
        self._keys = functools.cache(self._list_keys)
        self._labels = functools.cache(self._list_labels)
        self._map = _find_class_map(
            self.root, class_map, class_set, labels_like
        )
        self.class_set = self._map.class_set
        self.label_table = self._map.table
        self._folders = find_layout(self.root, self._map.label_folder)
        self._rules = {rule.name: rule for rule in self._map.split_rules}
        for rule in self._rules.values():
            self._check_parent(rule.parent)
        names = {*self._folders, *self._rules}
        self.splits = tuple(sorted(names, key=lambda n: (n != "train", n)))

    def keys(self, split: str) -> Sequence[str]:
        check_choice(f"split of {self.name!r}", split, self.splits)
        return self._keys(split)

    def has_labels(self, split: str) -> bool:
        return self._folder(split).has_labels

    def stray_labels(self, split: str) -> list[Place]:
        return self._folder(split).strays

    def missing_labels(self, split: str) -> Sequence[str]:
        labels = self._labels(self._parent(split))
        return [key for key in self.keys(split) if key not in labels]

    def listings(self, split: str) -> dict[str, Listing]:
        folder = self._folder(split)
        found = {str(folder.images): folder.listing}
        if folder.are_apart:
            found[str(folder.labels)] = folder.label_listing
        return found

    def wanted_labels(self, split: str) -> str:
        folder = self._folder(split)
        advice = (
            "Put PNG files of the same names into "
            f"{str(folder.labels)!r}, beside the images."
        )
        others = folder.like_labels
        if others and not folder.has_labels:
            advice += (
                f" Or say in the class map which folder has them: `labels: "
                f"{others[0]}`."
            )
        return advice

    def _list_keys(self, split: str) -> tuple[str, ...]:
        folder = self._folder(split)
        images = folder.listing.files
        if split in self._rules:
            images = self._rules[split].select(folder)
        if not images:
            raise DataError(
                f"Split {split!r} of {self.name!r} has no images; expected "
                f"files ending in {', '.join(IMAGE_ENDINGS)} in "
                f"{str(folder.images)!r}: {folder.listing.text()}."
            )
        return tuple(self._key(folder, image) for image in images)

    def _list_labels(self, parent: str) -> dict[str, Place]:
        """The label file of each key of a folder's split."""
        folder = self._folders[parent]
        found = folder.label_of
        return {self._key(folder, image): found[image] for image in found}

    def _key(self, folder: SplitFolder, image: str) -> str:
        images: Any = folder.images
        return (images.relative_to(self.root) / image).as_posix()

    def _folder(self, split: str) -> SplitFolder:
        check_choice(f"split of {self.name!r}", split, self.splits)
        return self._folders[self._parent(split)]

    def _parent(self, split: str) -> str:
        return self._rules[split].parent if split in self._rules else split

    def _label_path(self, key: str) -> Place:
        for parent in self._folders:
            if key in self._labels(parent):
                return self._labels(parent)[key]
        raise DataError(
            f"Image {key!r} of {self.name!r} has no label; expected a PNG "
            f"file of the same name in the folder "
            f"{self._map.label_folder!r} beside its images."
        )

    def _check_parent(self, parent: str) -> None:
        if parent not in self._folders:
            raise DataError(
                f"The class map makes a split from {parent!r}, which "
                f"{str(self.root)!r} does not have; it has: "
                f"{', '.join(self._folders)}."
            )


def _find_class_map(
    root: Place,
    path: str | Place | ClassMap | None,
    class_set: ClassSet | None,
    labels_like: LabelTable | None,
) -> ClassMap:
    if path is None and (root / CLASS_MAP_NAME).is_file():
        path = root / CLASS_MAP_NAME
    if path is not None:
        class_map = path if isinstance(path, ClassMap) else read_class_map(path)
        return class_map if class_set is None else class_map.onto(class_set)
    if class_set is None:
        raise DataError(
            f"No class map says what the labels of {str(root)!r} mean; "
            f"write {CLASS_MAP_NAME} there, or give one."
        )
    return assumed_class_map(root, class_set, labels_like)
