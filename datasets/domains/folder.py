"""A domain of image files: a user's own renders, a user's own camera.

Three layouts:

    ROOT/images, ROOT/labels                    one split, `train`
    ROOT/<split>/images, ROOT/<split>/labels    splits by folder
    ROOT/*.jpg                                  one split, `train`, no labels

ROOT may be a zip or tar file, or a folder in one (`archives`). Images lie in
any depth of subfolders; labels are PNG files with the same
relative path, or with a usual suffix (see `folder_files`). A domain that is
only adapted to needs no labels folder.
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
from tf_advseg.datasets.archives import top_names
from tf_advseg.datasets.classes.assumed_labels import assumed_class_map
from tf_advseg.datasets.classes.class_map import ClassMap
from tf_advseg.datasets.classes.class_map_file import read_class_map
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.folder_files import IMAGE_ENDINGS
from tf_advseg.datasets.domains.folder_files import list_files
from tf_advseg.datasets.domains.folder_files import match_labels
from tf_advseg.datasets.domains.folder_files import stray_labels

CLASS_MAP_NAME = "classes.yaml"


class FolderDomain(FileDomain):
    """Images, and labels where there are some, in folders.

    A key is the path of the image relative to the root, with `/`.

    Args:
        path: The root: a folder, an archive, or a folder in an archive.
        class_map: A class map file; by default ROOT/classes.yaml, if any.
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
        class_map: str | Path | None = None,
        class_set: ClassSet | None = None,
        labels_like: LabelTable | None = None,
    ):
        root = open_folder(path)
        if not isinstance(root, ArchivePath):
            root = check_folder("Image folder", root)
        self.root = root
        self.name = self.root.resolve().name
        self._keys = functools.cache(self._list_keys)
        self._images = functools.cache(self._list_images)
        self._labels = functools.cache(self._list_labels)
        self._map = _find_class_map(
            self.root, class_map, class_set, labels_like
        )
        self.class_set = self._map.class_set
        self.label_table = self._map.table
        self._folders = _image_folders(self.root)
        self._rules = {rule.name: rule for rule in self._map.split_rules}
        for rule in self._rules.values():
            self._check_parent(rule.parent)
        names = {*self._folders, *self._rules}
        self.splits = tuple(sorted(names, key=lambda n: (n != "train", n)))

    def keys(self, split: str) -> Sequence[str]:
        check_choice(f"split of {self.name!r}", split, self.splits)
        return self._keys(split)

    def has_labels(self, split: str) -> bool:
        check_choice(f"split of {self.name!r}", split, self.splits)
        return self._label_folder(self._parent(split)) is not None

    def stray_labels(self, split: str) -> list[Place]:
        parent = self._parent(split)
        folder = self._label_folder(parent)
        if folder is None:
            return []
        labels = list_files(folder, (".png",))
        strays = stray_labels(self._images(parent), labels)
        return [folder / label for label in strays]

    def missing_labels(self, split: str) -> Sequence[str]:
        labels = self._labels(self._parent(split))
        return [key for key in self.keys(split) if key not in labels]

    def _list_keys(self, split: str) -> tuple[str, ...]:
        parent = self._parent(split)
        images = self._images(parent)
        if split in self._rules:
            images = self._rules[split].select(images)
        if not images:
            raise DataError(
                f"Split {split!r} of {self.name!r} has no images; expected "
                f"files ending in {', '.join(IMAGE_ENDINGS)} in "
                f"{str(self._folders[parent])!r}."
            )
        return tuple(self._key(parent, image) for image in images)

    def _list_images(self, parent: str) -> list[str]:
        return list_files(self._folders[parent], IMAGE_ENDINGS)

    def _list_labels(self, parent: str) -> dict[str, Place]:
        """The label file of each key of a folder's split."""
        folder = self._label_folder(parent)
        if folder is None:
            return {}
        found = match_labels(
            self._images(parent), list_files(folder, (".png",)), folder
        )
        return {
            self._key(parent, image): folder / label
            for image, label in found.items()
        }

    def _key(self, parent: str, image: str) -> str:
        folder: Any = self._folders[parent]
        return (folder.relative_to(self.root) / image).as_posix()

    def _parent(self, split: str) -> str:
        return self._rules[split].parent if split in self._rules else split

    def _label_folder(self, parent: str) -> Place | None:
        images = self._folders[parent]
        folder = images.parent / self._map.label_folder
        is_there = images != self.root and folder.is_dir()
        return folder if is_there else None

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
    path: str | Place | None,
    class_set: ClassSet | None,
    labels_like: LabelTable | None,
) -> ClassMap:
    if path is None and (root / CLASS_MAP_NAME).is_file():
        path = root / CLASS_MAP_NAME
    if path is not None:
        class_map = read_class_map(path)
        return class_map if class_set is None else class_map.onto(class_set)
    if class_set is None:
        raise DataError(
            f"No class map says what the labels of {str(root)!r} mean; "
            f"write {CLASS_MAP_NAME} there, or give one."
        )
    return assumed_class_map(root, class_set, labels_like)


def _image_folders(root: Place) -> dict[str, Place]:
    """Returns the folder of images of each split that the folders make."""
    if (root / "images").is_dir():
        return {"train": root / "images"}
    folders = {
        path.name: path / "images"
        for path in sorted(root.iterdir())
        if (path / "images").is_dir()
    }
    if folders:
        return folders
    if any(
        path.name.lower().endswith(IMAGE_ENDINGS) for path in root.iterdir()
    ):
        return {"train": root}
    raise DataError(
        f"{str(root)!r} holds no images; expected {root.name}/images, "
        f"{root.name}/<split>/images, or image files.{_hint(root)}"
    )


def _hint(root: Place) -> str:
    """Archives often hold one folder with everything in it."""
    if not isinstance(root, ArchivePath):
        return ""
    return (
        f" It holds {top_names(root)}; if the data lie in a folder there, "
        f"give {str(root / 'FOLDER')!r}."
    )
