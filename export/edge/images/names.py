"""Which files of a folder are photos, by their names alone.

The tables and rules are those of training and prediction
(`datasets/domains/folders`), written again because the runner imports nothing
of ours; one list of cases holds both (tests/suites/test_photos_by_name.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

IMAGE_SUFFIXES = (
    ".bmp",
    ".gif",
    ".jfif",
    ".jpe",
    ".jpeg",
    ".jpg",
    ".png",
    ".tif",
    ".tiff",
    ".webp",
)
_LABEL_SUFFIXES = (".png", ".tif", ".tiff", ".bmp")

THUMBNAIL_FOLDERS = (
    "#snapshot",
    "@snapshot",
    "@recently-snapshot",
    "lost+found",
    "system volume information",
    "#recycle",
    "$recycle.bin",
    ".@__thumb",
    ".thumbnails",
    ".thumbs",
    "@eadir",
    "@recycle",
    "__macosx",
    "thumbnails",
    "thumbs",
)
"""What a NAS, a desktop or a packer puts beside pictures, in lower case."""

LABEL_FOLDERS = (
    "annotation",
    "annotations",
    "gt",
    "groundtruth",
    "ground_truth",
    "label",
    "labels",
    "mask",
    "masks",
    "segmentationclass",
)
"""What people call folders of labels, in lower case."""

BESIDE = "by their names labels of images beside them"

_IMAGE_ENDS = ("", "_leftImg8bit", "_image", "_img", "_rgb")
_WORDS = (
    "(?:gtFine[-_])?(?:masks?|labels?|label[-_]?(?:train)?ids|instance[-_]?ids|"
    "trainids|colou?r|seg|segmentation|gt|annotations?|l)"
)
_LIKE_A_LABEL = re.compile(
    rf"(.+?)[-_. ]{_WORDS}|{_WORDS}[-_. ](.+)", re.IGNORECASE
)
"""`x` of `x_mask`, `x-Label` or `mask_x`: beside `x`, they are its labels."""


def sorted_out(paths: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Returns the photos among files of one folder, and why others are none.

    Hidden files that are no pictures are in neither.

    Args:
        paths: Relative to the folder, with `/`.
    """
    paths = [path for path in paths if not _is_a_desktops(path)]
    reasons = {path: _reason(path) for path in paths}
    found = {path: reason for path, reason in reasons.items() if reason}
    beside = _labels_beside([path for path in paths if path not in found])
    found.update(dict.fromkeys(beside, BESIDE))
    return [path for path in paths if path not in found], found


def _is_a_desktops(path: str) -> bool:
    """Whether it is `.DS_Store` or the like: no news, and no picture."""
    name = path.rpartition("/")[2]
    return name.startswith(".") and suffix_of(name) not in IMAGE_SUFFIXES


def _reason(path: str) -> str | None:
    *folders, name = path.split("/")
    if any(folder.lower() in THUMBNAIL_FOLDERS for folder in folders):
        return "in folders of thumbnails"
    suffix = suffix_of(name)
    if any(part.startswith(".") for part in path.split("/")):
        return "hidden"
    if suffix not in IMAGE_SUFFIXES:
        return f"not read: {suffix or 'no ending'}"
    if any("\udc80" <= character <= "\udcff" for character in path):
        return "with names that are no UTF-8"
    if folders and folders[0].lower() in LABEL_FOLDERS:
        return "in a folder that is called like one of labels"
    return None


def suffix_of(name: str) -> str:
    """Returns a name's ending in lower case, `.jpg`; empty without one."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem and dot else ""


def _labels_beside(paths: list[str]) -> list[str]:
    """`x_mask.png` beside `x.jpg`, whichever way accents are written."""
    stems = {path: _stem(path) for path in paths}
    bases = {base for stem in stems.values() for base in _bases(stem)}
    found = []
    for path, stem in stems.items():
        folder, slash, name = stem.rpartition("/")
        called = _LIKE_A_LABEL.fullmatch(name)
        if called is None or suffix_of(path) not in _LABEL_SUFFIXES:
            continue
        if folder + slash + (called[1] or called[2]) in bases:
            found.append(path)
    return found


def _bases(stem: str) -> list[str]:
    """The stem, and what is left of it without an image's own end."""
    ends = [end for end in _IMAGE_ENDS if stem.endswith(end)]
    return [stem[: len(stem) - len(end)] for end in ends]


def _stem(path: str) -> str:
    return unicodedata.normalize("NFC", path.rpartition(".")[0])
