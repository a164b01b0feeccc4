"""An export as a folder: images, labels of class numbers, a class map.

FOLDER/classes.yaml       names, ids and colours of the classes
FOLDER/images/a/b.jpg     as they were, byte for byte, or links to them
FOLDER/labels/a/b.png     train ids, one channel; 255: unlabelled
FOLDER/import.json        what was read, how, and what was left out
FOLDER/suggestions.json   if `suggest_labels` wrote the images: where they come
                          from, so that nobody is evaluated on them
"""

import collections
import dataclasses
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.label_table import bit_colour
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.datasets.files.image_files import image_size
from tf_advseg.datasets.streets.folder_writer import class_map_values
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.names import stem

SUGGESTIONS = "suggestions.json"


@dataclasses.dataclass
class Written:
    """What was written.

    Attributes:
        pixels: Of each class, by index, and of 255.
        contested: Images with pixels that several classes claimed, and how
            many pixels.
    """

    pixels: np.ndarray
    contested: dict[str, int]


def class_set(
    export: Export, unlabelled: str, given: ClassSet | None
) -> ClassSet:
    """The classes of the labels that are written.

    Args:
        export: The export.
        unlabelled: The class of unlabelled pixels; "": they are ignored.
        given: The classes that there are to be, in their order; None: the
            export's, and that of unlabelled pixels if it is new.

    Raises:
        DataError: If `given` lacks one.
    """
    names = [*export.classes]
    if unlabelled and unlabelled not in names:
        names.append(unlabelled)
    if given is not None:
        lacking = [name for name in names if name not in given.names]
        if lacking:
            raise DataError(
                f"The export has the class {lacking[0]!r}, which the class map "
                f"{given.name!r} lacks ({', '.join(given.names)}); add it, or "
                "leave out --class_order, and merge classes in classes.yaml."
            )
        return given
    taken = {*export.colours.values()}
    spare = (c for c in map(bit_colour, range(1, 2**16)) if c not in taken)
    palette = [export.colours.get(name) or next(spare) for name in names]
    try:
        return ClassSet("imported", tuple(names), tuple(palette))
    except ValueError as error:
        raise DataError(f"The export cannot be imported: {error}") from None


def write(
    folder: Path,
    export: Export,
    found: Sequence[tuple[Picture, str]],
    root: Place,
    classes: ClassSet,
    unlabelled: str,
    link: bool,
) -> Written:
    """Writes images, labels and the class map.

    Args:
        folder: Where to; it exists and is empty.
        export: What is written.
        found: Its pictures, and the path of each one's image.
        root: What those paths are relative to.
        classes: Of the labels.
        unlabelled: The class of unlabelled pixels, or "".
        link: Whether images are linked to instead of copied.

    Raises:
        DataError: If a label does not fit its image; nothing is of use then.
    """
    ids = [classes.names.index(name) for name in export.classes]
    ids += [IGNORE_LABEL] * (256 - len(ids))
    table = np.array(ids, np.uint8)
    rest = classes.names.index(unlabelled) if unlabelled else IGNORE_LABEL
    pixels, contested = np.zeros(256, np.int64), {}
    for picture, name in watched(found, Progress(len(found))):
        size = _size(root / name, picture)
        painted = picture.paint(size)
        label = np.where(painted.is_labelled, table[painted.classes], rest)
        pixels += np.bincount(label.ravel(), minlength=256)
        if painted.num_contested:
            contested[name] = painted.num_contested
        file = folder / "labels" / f"{_label_stem(name)}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(label.astype(np.uint8)).save(file)
        _take(root / name, folder / "images" / name, link)
    text = yaml.safe_dump(class_map_values(classes), sort_keys=False)
    (folder / "classes.yaml").write_text(text, encoding="utf-8")
    if (root.parent / SUGGESTIONS).is_file():
        _take(root.parent / SUGGESTIONS, folder / SUGGESTIONS, link=False)
    return Written(pixels, contested)


def check(folder: Path, shown: Path, names: Sequence[str]) -> FolderDomain:
    """Reads the folder as every command will, and misses none.

    Args:
        folder: What was written.
        shown: What it will be called, for messages.
        names: Of the images that it should hold.

    Raises:
        DataError: If images would be left out, or labels not be found.
    """
    try:
        domain = FolderDomain(folder)
        labelled = {
            key.removeprefix("images/")
            for split in domain.splits
            for key in {*domain.keys(split)} - {*domain.missing_labels(split)}
        }
    except DataError as error:
        text = str(error).replace(str(folder), str(shown))
        raise DataError(
            f"As a folder of data the images cannot be read: {text} Rename "
            "folders or images, in the export too."
        ) from None
    lost = [name for name in names if name not in labelled]
    if lost:
        raise DataError(
            f"{len(lost)} images have names that a folder of data leaves out, "
            f"{lost[0]!r} first (docs/data_pipeline.md says which); rename "
            "them, in the export too."
        )
    return domain


def duplicates(found: Sequence[tuple[Picture, str]]) -> str:
    """A sentence if two labels are of one image, or ""."""
    counts = collections.Counter(name for _, name in found)
    for name, count in counts.items():
        if count > 1:
            both = [p.name for p, other in found if other == name]
            return (
                f"The export has {count} labels of the image {name!r} "
                f"({', '.join(both[:3])}), and which is meant cannot be known; "
                "keep one, or give the --images folder that tells them apart."
            )
    return ""


def _label_stem(name: str) -> str:
    """The path without its ending, spelt as the image's."""
    return name.rpartition(".")[0] or stem(name)


def _size(file: Place, picture: Picture) -> tuple[int, int]:
    """(H, W) of an image, which the export has to know."""
    size = image_size(file)
    if picture.size not in (None, size):
        turned = (
            " The file says that it is shown turned (EXIF), and the tool did "
            "not heed it: save the image upright and label that."
            if picture.size == size[::-1]
            else ""
        )
        raise DataError(
            f"{str(file)!r} has the size {size} (height, width) but the export "
            f"says {picture.size} of {picture.name!r}; expected the image that "
            f"was labelled.{turned}"
        )
    return size


def _take(file: Place, to: Path, link: bool) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if link:
        os.symlink(file.resolve(), to)  # pyright: ignore
    elif isinstance(file, Path):
        shutil.copyfile(file, to)
    else:
        to.write_bytes(file.read_bytes())
