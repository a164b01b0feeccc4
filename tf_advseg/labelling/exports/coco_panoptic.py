"""COCO panoptic: a JSON file, and a PNG of segments for each image beside it.

cocodataset.org/#format-data, "Panoptic Segmentation": the colour of a pixel is
the id of its segment, red + 256 green + 65,536 blue; 0 is unlabelled. The PNGs
lie in the folder called like the JSON file.
"""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.files.image_files import read_colours
from tf_advseg.labelling.exports.coco import by_id
from tf_advseg.labelling.exports.coco import class_names
from tf_advseg.labelling.exports.export import NOTHING
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Painted
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.export import Tally
from tf_advseg.labelling.exports.export import sound
from tf_advseg.labelling.exports.names import clean_name
from tf_advseg.labelling.exports.source import Source

_VOID = 0


def read(source: Source) -> Export:
    """Reads a panoptic file.

    Raises:
        DataError: If it contradicts itself, or a PNG is missing.
    """
    whole, folder = source.json, source.place.parent / source.place.stem
    with sound(f"The panoptic file {source}"):
        images = by_id(whole["images"], "image", source)
        categories = by_id(whole["categories"], "category", source)
        indices = {key: i for i, key in enumerate(categories)}
        left_out, labelled = Tally(), {}
        for one in whole["annotations"]:
            if one["image_id"] not in images:
                name = str(one["file_name"])
                left_out.add("annotations of images that it lacks", name)
                continue
            if one["image_id"] in labelled:
                raise DataError(
                    f"{source} has two annotations of the image "
                    f"{one['image_id']}, and which is meant cannot be known."
                )
            labelled[one["image_id"]] = one
        pictures = []
        for key, image in images.items():
            name = clean_name(image["file_name"], str(source))
            if key not in labelled:
                left_out.add("images without an annotation", name)
                continue
            file = clean_name(labelled[key]["file_name"], str(source))
            segments = {
                int(one["id"]): indices[one["category_id"]]
                for one in labelled[key]["segments_info"]
            }
            paint = functools.partial(_paint, folder / file, segments)
            size = (int(image["height"]), int(image["width"]))
            pictures.append(Picture(name, size, paint))
        names = class_names(categories.values(), source)
        return Export(names, pictures, left_out=left_out)


def _paint(
    file: Place, segments: Mapping[int, int], size: tuple[int, int]
) -> Painted:
    colours: Any = read_colours(file).astype(np.int32)
    if colours.shape[:2] != size:
        raise DataError(
            f"The segments {str(file)!r} have the size {colours.shape[:2]} "
            f"(height, width) but their image has {size}."
        )
    ids, where = np.unique(
        colours @ np.array([1, 2**8, 2**16]), return_inverse=True
    )
    unknown = {*ids.tolist()} - {*segments, _VOID}
    if unknown:
        raise DataError(
            f"The segments {str(file)!r} hold the id {min(unknown)}, which "
            "the JSON file does not list."
        )
    indices = [segments.get(one, NOTHING) for one in ids.tolist()]
    classes = np.array(indices, np.uint8)[where].reshape(size)
    return Painted(classes, classes != NOTHING)
