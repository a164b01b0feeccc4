"""Finds the label of each image by their names, without opening a file."""

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Sequence

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.domains.folders.listing import LABEL_ENDINGS

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
    "_masks",
    "_gt",
    "_annotation",
    "_segmentation",
    "_seg",
    "_L",
)
"""`city/a_leftImg8bit.png` is labelled by `city/a_gtFine_labelIds.png`."""

_WORDS = (
    "(?:gtFine[-_])?(?:masks?|labels?|label[-_]?(?:train)?ids|instance[-_]?ids|"
    "trainids|colou?r|seg|segmentation|gt|annotations?|l)"
)
_LIKE_A_LABEL = re.compile(
    rf"(.+?)[-_. ]{_WORDS}|{_WORDS}[-_. ](.+)", re.IGNORECASE
)
"""`x` of `x_mask`, `x-Label` or `mask_x`: what lies beside `x` and is called
like that is no photo, whether it is found as a label or not."""


def match_labels(
    images: Sequence[str], labels: Sequence[str], folder: Place
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
    by_stem = _by_stem(labels)
    matches = {}
    for image in images:
        stem = _stem(image)
        names = [stem] if stem in by_stem else sorted(_candidates(stem))
        found = [label for name in names for label in by_stem.get(name, ())]
        if len(found) > 1:
            raise DataError(
                f"Image {image!r} could be labelled by any of {found} in "
                f"{str(folder)!r}; keep one kind of label in the folder."
            )
        if found:
            matches[image] = found[0]
    return matches


def labels_beside(files: Sequence[str], same_stem: bool) -> list[str]:
    """Returns the files that by their names are labels of images beside them.

    `x_mask.png` beside `x.jpg` is one; so is `x.png` beside `x.jpg`, where
    labels may lie there: a photo, and what keeps each number.

    Args:
        files: Paths of images and labels in one folder.
        same_stem: Whether labels may have the very stem of their images.
    """
    by_stem = _by_stem(files)
    found: set[str] = set()
    for names in by_stem.values():
        if same_stem and len(names) > 1:
            exact = [n for n in names if n.lower().endswith(LABEL_ENDINGS)]
            found.update(exact if len(exact) < len(names) else ())
    bases = {base for stem in by_stem for base in _bases(stem)}
    for stem, names in by_stem.items():
        folder, slash, name = stem.rpartition("/")
        called = _LIKE_A_LABEL.fullmatch(name)
        if called and folder + slash + (called[1] or called[2]) in bases:
            found.update(names)
    return sorted(n for n in found if n.lower().endswith(LABEL_ENDINGS))


def stray_labels(images: Sequence[str], labels: Sequence[str]) -> list[str]:
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


def _by_stem(files: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in files:
        found.setdefault(_stem(file), []).append(file)
    return found


def _stem(path: str) -> str:
    """The path without its ending, accents in one of their two spellings.

    macOS stores names decomposed (e and an accent), others as they came: to
    a person, and here, both are one name.
    """
    return unicodedata.normalize("NFC", path.rpartition(".")[0])
