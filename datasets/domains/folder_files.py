"""Lists images and finds the label of each, without opening a file."""

import os
import unicodedata
from collections.abc import Iterator

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place

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


def list_files(folder: Place, endings: tuple[str, ...]) -> list[str]:
    """Returns the sorted paths, relative and with `/`, of files below.

    Hidden files and folders are passed over, and so are links back to a
    folder that they lie in, which would never end. Other links are followed;
    one that leads nowhere counts as a file, so that reading it says so.
    `os.scandir` knows files from folders without asking the disk about each:
    100,000 names take about 1 s.

    Raises:
        DataError: If a folder cannot be listed.
    """
    if isinstance(folder, ArchivePath):
        return folder.list_files(endings)
    return sorted(_walk(os.fspath(folder), "", endings, ()))


def _walk(
    folder: str, prefix: str, endings: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[str]:
    """Yields the files below a folder; `above` are the real paths of those
    that it lies in."""
    above = (*above, os.path.realpath(folder))
    for entry in _entries(folder):
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            if not _leads_back(entry, above):
                below = f"{prefix}{entry.name}/"
                yield from _walk(entry.path, below, endings, above)
        elif entry.name.lower().endswith(endings) and _is_readable_kind(entry):
            yield prefix + entry.name


def _entries(folder: str) -> list[os.DirEntry]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise DataError(
            f"The folder {folder!r} cannot be listed: {error.strerror}; "
            "make it readable, or take it out of the data's folder."
        ) from error


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link in a circle of links.
        return False


def _is_readable_kind(entry: os.DirEntry) -> bool:
    """Whether it is a file, or a link that leads nowhere; no device."""
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:  # A link in a circle of links.
        return True


def _leads_back(entry: os.DirEntry, above: tuple[str, ...]) -> bool:
    """Whether it is a link to one of the folders above, or to one of theirs."""
    if not entry.is_symlink():
        return False
    target = os.path.realpath(entry.path)
    within = os.path.join(target, "")
    return any(path == target or path.startswith(within) for path in above)


def match_labels(
    images: list[str], labels: list[str], folder: Place
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


def stray_labels(images: list[str], labels: list[str]) -> list[str]:
    """Returns the labels that belong to no image.

    A label belongs to an image if its stem is the image's, or begins with it
    and goes on with `_`: instance maps and the like are no strays.

    Args:
        images: Paths relative to the images' folder.
        labels: Paths relative to the labels' folder.
    """
    stems = {base for image in images for base in _bases(_stem(image))}

    def belongs(stem: str) -> bool:
        ends = [i for i, letter in enumerate(stem) if letter == "_"]
        return any(stem[:end] in stems for end in [len(stem), *ends])

    return [label for label in labels if not belongs(_stem(label))]


def _candidates(stem: str) -> set[str]:
    bases = _bases(stem)
    return {base + suffix for base in bases for suffix in LABEL_SUFFIXES}


def _bases(stem: str) -> list[str]:
    """The stem, and what is left of it without an image's suffix."""
    return [
        stem[: len(stem) - len(suffix)]
        for suffix in IMAGE_SUFFIXES
        if stem.endswith(suffix)
    ]


def _stem(path: str) -> str:
    """The path without its ending, accents in one of their two spellings.

    macOS stores names decomposed (e and an accent), others as they came: to
    a person, and here, both are one name.
    """
    return unicodedata.normalize("NFC", path.rpartition(".")[0])
