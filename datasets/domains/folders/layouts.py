"""The layouts of a user's own folder: where each split's files lie.

    ROOT/images, ROOT/labels                    one split, `train`
    ROOT/images/<split>, ROOT/labels/<split>    splits by name: train, val, ...
    ROOT/<split>/images, ROOT/<split>/labels    splits of any name, also
                                                beside ROOT/images
    ROOT/*.jpg, ROOT/labels                     one split, `train`
    ROOT/<split>/*.jpg, ROOT/labels/<split>     splits by name

Where there is no folder of labels, they may lie beside their images (`x.png`
or `x_mask.png` beside `x.jpg`).
"""

import dataclasses
import functools
import logging
import re

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.archives import top_names
from tf_advseg.datasets.domains.folders.folder_files import list_folder
from tf_advseg.datasets.domains.folders.folder_files import top_entries
from tf_advseg.datasets.domains.folders.label_names import labels_beside
from tf_advseg.datasets.domains.folders.label_names import match_labels
from tf_advseg.datasets.domains.folders.label_names import stray_labels
from tf_advseg.datasets.domains.folders.listing import BESIDE
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME
from tf_advseg.datasets.domains.folders.listing import IMAGE_ENDINGS
from tf_advseg.datasets.domains.folders.listing import IN_LABELS
from tf_advseg.datasets.domains.folders.listing import LABEL_ENDINGS
from tf_advseg.datasets.domains.folders.listing import LABEL_FOLDERS
from tf_advseg.datasets.domains.folders.listing import Listing

_logger = logging.getLogger(__name__)

_SPLIT_NAME = re.compile(
    "(train|training|trainval|val|valid|validation|dev|eval|test|testing)"
    r"(set|[-_ ]?\d+)?",
    re.IGNORECASE,
)
"""Folders of images that have such a name (`val`, `train2017`) are splits, not
places or cameras."""


@dataclasses.dataclass(frozen=True)
class SplitFolder:
    """The files of a split: listed once, and none opened.

    Args:
        images: The folder of its images.
        labels: That of its labels, which may not exist; that of its images
            if labels lie among them.
    """

    images: Place
    labels: Place

    @functools.cached_property
    def has_labels(self) -> bool:
        """Whether there are labels, apart from the images or among them."""
        return self.are_apart or bool(self._beside)

    @functools.cached_property
    def are_apart(self) -> bool:
        """Whether there is a folder of labels apart from the images."""
        return self.labels != self.images and self.labels.is_dir()

    @functools.cached_property
    def listing(self) -> Listing:
        """The images; says in a warning what else was found."""
        listing = self._pictures.without(self._beside, BESIDE)
        _warn(self.images, listing)
        return listing

    @functools.cached_property
    def label_listing(self) -> Listing:
        """The label files."""
        if not self.are_apart:
            return Listing(tuple(self._beside), {})
        listing = list_folder(self.labels, LABEL_ENDINGS).with_names_of_text()
        _warn(self.labels, listing)
        return listing

    @functools.cached_property
    def label_of(self) -> dict[str, Place]:
        """The label file of each image that has one.

        Raises:
            DataError: If several labels fit one image.
        """
        place = self.labels if self.are_apart else self.images
        labels = self.label_listing.files
        found = match_labels(self.listing.files, labels, place)
        return {image: place / label for image, label in found.items()}

    @functools.cached_property
    def strays(self) -> list[Place]:
        """Label files that belong to no image."""
        if not self.are_apart:
            return []
        strays = stray_labels(self.listing.files, self.label_listing.files)
        return [self.labels / label for label in strays]

    @property
    def like_labels(self) -> list[str]:
        """Folders where labels may lie, by their names."""
        around = {self.images, self.labels.parent}
        names = [p.name for place in around for p in _folders(place)]
        return [name for name in names if name.lower() in LABEL_FOLDERS]

    @functools.cached_property
    def _pictures(self) -> Listing:
        """What may be an image, or a label among them."""
        listing = list_folder(self.images, IMAGE_ENDINGS).with_names_of_text()
        # Beside images in the root lies the class map, which is read.
        listing = listing.where(lambda path: path != CLASS_MAP_NAME)
        if not self.are_apart:
            return listing.without_label_folders()
        inside = f"{self.labels}/".removeprefix(f"{self.images}/")
        own = [file for file in listing.files if file.startswith(inside)]
        return listing.without(own, IN_LABELS).without_label_folders()

    @functools.cached_property
    def _beside(self) -> list[str]:
        """Labels among the images."""
        files = self._pictures.files
        found = labels_beside(files, same_stem=not self.are_apart)
        if found and self.are_apart:
            # What has a label of its own is an image, whatever its name.
            own = match_labels(found, self.label_listing.files, self.labels)
            found = [file for file in found if file not in own]
        return found


def _warn(folder: Place, listing: Listing) -> None:
    if listing.is_odd:
        _logger.warning("In %r: %s.", str(folder), listing.text())


def find_layout(root: Place, label_folder: str) -> dict[str, SplitFolder]:
    """Returns where the files of each split lie.

    Args:
        root: The folder.
        label_folder: What folders of labels are called.

    Raises:
        DataError: If there are no images, or it cannot be known which split
            some belong to.
    """
    found = {}
    if (root / "images").is_dir():
        found = _by_name(root / "images", root / label_folder)
    for path in _folders(root):
        if path.name == "images" or not (path / "images").is_dir():
            continue
        if path.name in found:
            raise DataError(
                f"{str(root)!r} has the split {path.name!r} twice: in "
                f"{str(found[path.name].images)!r} and in "
                f"{str(path / 'images')!r}; keep one of them there."
            )
        found[path.name] = SplitFolder(path / "images", path / label_folder)
    return found or _flat(root, label_folder)


def _flat(root: Place, label_folder: str) -> dict[str, SplitFolder]:
    """Images in the root itself, or in folders of it that are splits."""
    found = _by_name(root, root / label_folder)
    if _has_images(root) or "train" not in found or len(found) > 1:
        return found
    below = list_folder(root, IMAGE_ENDINGS)
    hint = f" It holds: {below.text()}." if below.left_out else ""
    if below.files:
        hint = f" Images lie below it, {below.files[0]!r} first."
    raise DataError(
        f"{str(root)!r} holds no images; expected {root.name}/images, "
        f"{root.name}/<split>/images, or image files.{hint}{_hint(root)}"
    )


def _by_name(images: Place, labels: Place) -> dict[str, SplitFolder]:
    """The splits that subfolders of images make by their names, or `train`."""
    folders = [f for f in _folders(images) if f != labels]
    splits = [f for f in folders if _SPLIT_NAME.fullmatch(f.name)]
    splits = [f for f in splits if list_folder(f, IMAGE_ENDINGS).files]
    if not splits:
        return {"train": SplitFolder(images, labels)}
    others = [
        f"the folder {folder.name!r}"
        for folder in folders
        if folder not in splits and list_folder(folder, IMAGE_ENDINGS).files
    ]
    if _has_images(images):
        others.append("images of its own")
    if others:
        raise DataError(
            f"{str(images)!r} holds the split {splits[0].name!r} and also "
            f"{' and '.join(others[:3])}, and to which split those belong "
            "cannot be known; move them into a split's folder, or rename the "
            f"folder {splits[0].name!r} if it is none."
        )
    return {f.name: SplitFolder(f, _labels_of(f, labels)) for f in splits}


def _labels_of(images: Place, labels: Place) -> Place:
    """ROOT/labels/<split>, or <split>/labels; among the images if told so."""
    if labels == images.parent:
        return images
    apart, inside = labels / images.name, images / labels.name
    return inside if inside.is_dir() and not apart.is_dir() else apart


def _folders(folder: Place) -> list[Place]:
    names = top_entries(folder)
    return [folder / name for name, is_folder in names if is_folder]


def _has_images(folder: Place) -> bool:
    return any(
        name.lower().endswith(IMAGE_ENDINGS) and not is_folder
        for name, is_folder in top_entries(folder)
    )


def _hint(root: Place) -> str:
    """Archives often hold one folder with everything in it."""
    if not isinstance(root, ArchivePath):
        return ""
    return (
        f" It holds {top_names(root)}; if the data lie in a folder there, "
        f"give {str(root / 'FOLDER')!r}."
    )
