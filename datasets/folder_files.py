"""Lists images and finds the label of each, without opening a file."""

import os
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.checks import DataError

IMAGE_ENDINGS = (
    ".jpg",
    ".jpeg",
    ".png",
    ".bmp",
    ".webp",
    ".tif",
    ".tiff",
)
IMAGE_SUFFIXES = ("", "_leftImg8bit", "_image", "_img", "_rgb")
LABEL_SUFFIXES = (
    "",
    "_gtFine_labelIds",
    "_gtFine_labelTrainIds",
    "_gtFine_color",
    "_label",
    "_labels",
    "_labelIds",
    "_mask",
    "_seg",
    "_L",
)
"""`city/a_leftImg8bit.png` is labelled by `city/a_gtFine_labelIds.png`."""


def list_files(folder: Path, endings: tuple[str, ...]) -> list[str]:
    """Returns the sorted paths, relative and with `/`, of files below.

    Hidden files and folders are passed over. `os.scandir` knows files from
    folders without asking the disk about each: 25,000 take well under 1 s.
    """
    return sorted(_walk(os.fspath(folder), "", endings))


def _walk(folder: str, prefix: str, endings: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.name.lower().endswith(endings) and entry.is_file():
                yield prefix + entry.name
            elif entry.is_dir():
                yield from _walk(entry.path, f"{prefix}{entry.name}/", endings)


def match_labels(
    images: list[str], labels: list[str], folder: Path
) -> dict[str, str]:
    """Returns the label of each image that has one.

    A label has its image's subfolder and stem; or the stem with one of
    `IMAGE_SUFFIXES` exchanged for one of `LABEL_SUFFIXES`.

    Args:
        images: Paths relative to the images' folder.
        labels: Paths relative to the labels' folder.
        folder: The labels' folder, for the message.

    Raises:
        DataError: If several labels fit one image.
    """
    by_stem = {_stem(label): label for label in labels}
    matches = {}
    for image in images:
        stem = _stem(image)
        if stem in by_stem:
            matches[image] = by_stem[stem]
            continue
        found = sorted(name for name in _candidates(stem) if name in by_stem)
        if len(found) > 1:
            raise DataError(
                f"Image {image!r} could be labelled by any of "
                f"{[by_stem[name] for name in found]} in {str(folder)!r}; "
                "keep one kind of label in the folder."
            )
        if found:
            matches[image] = by_stem[found[0]]
    return matches


def _candidates(stem: str) -> set[str]:
    bases = [
        stem[: len(stem) - len(suffix)]
        for suffix in IMAGE_SUFFIXES
        if stem.endswith(suffix)
    ]
    return {base + suffix for base in bases for suffix in LABEL_SUFFIXES}


def _stem(path: str) -> str:
    return path.rpartition(".")[0]
