"""CVAT: "Segmentation mask 1.1", pictures of colours in PASCAL VOC's layout.

docs.cvat.ai, "Segmentation mask": `labelmap.txt` has a line `label:r,g,b:...`
for each class, `SegmentationClass` a PNG for each image, and `JPEGImages` the
images, if they were exported too. `background` is what nobody outlined.
"""

import functools

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.classes.label_table import colour_code
from tf_advseg.datasets.domains.folders.folder_files import list_files
from tf_advseg.datasets.files.picture_modes import COLOURS
from tf_advseg.labelling.exports.export import NOTHING
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Painted
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.export import sound
from tf_advseg.labelling.exports.names import clean_name
from tf_advseg.labelling.exports.source import LABEL_MAP
from tf_advseg.labelling.exports.source import Source
from tf_advseg.labelling.exports.source import read_bytes

_MASKS = "SegmentationClass"
_UNLABELLED = "background"


def read(source: Source) -> Export:
    """Reads masks.

    Raises:
        DataError: If there are none, or two classes have one colour.
    """
    root = source.root
    if not (root / LABEL_MAP).is_file() or not (root / _MASKS).is_dir():
        raise DataError(
            f"{source} has no {LABEL_MAP} beside {_MASKS}/, as CVAT's format "
            "'Segmentation mask 1.1' has; give the folder or the zip file."
        )
    colours = _colours(root / LABEL_MAP)
    names = [name for name in colours if name != _UNLABELLED]
    train_ids = {}
    for name, colour in colours.items():
        index = NOTHING if name == _UNLABELLED else names.index(name)
        if train_ids.setdefault(colour_code(colour), index) != index:
            raise DataError(
                f"{str(root / LABEL_MAP)!r} gives the colour {colour} to two "
                "classes; give each its own in the tool."
            )
    table = LabelTable(
        train_ids,
        labels_are=COLOURS,
        source=repr(str(root / LABEL_MAP)),
        advice="export again",
    )
    pictures = [
        Picture(
            clean_name(file, str(source)),
            None,
            functools.partial(_paint, table, root / _MASKS / file),
            any_ending=True,
        )
        for file in list_files(root / _MASKS, (".png",))
    ]
    own = {name: colours[name] for name in names}
    remark = f"What has the colour of {_UNLABELLED!r} is unlabelled."
    return Export(
        names, pictures, own, remarks=[remark] * (_UNLABELLED in colours)
    )


def _colours(place: Place) -> dict[str, tuple[int, int, int]]:
    found = {}
    with sound(f"The list of colours {str(place)!r}"):
        for line in read_bytes(place).decode("utf-8-sig").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            name, colour = line.split(":")[:2]
            red, green, blue = (int(part) for part in colour.split(","))
            if not all(0 <= part <= 255 for part in (red, green, blue)):
                raise ValueError(f"the line {brief(line)} has no colour")
            found[name.strip()] = (red, green, blue)
    return found


def _paint(table: LabelTable, file: Place, size: tuple[int, int]) -> Painted:
    classes = table.read(file)
    if classes.shape != size:
        raise DataError(
            f"The mask {str(file)!r} has the size {classes.shape} (height, "
            f"width) but its image has {size}."
        )
    return Painted(np.array(classes), classes != NOTHING)
