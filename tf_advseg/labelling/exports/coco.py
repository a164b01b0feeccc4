"""COCO: one JSON file of images, annotations and categories.

cocodataset.org/#format-data, "Object Detection" and "Stuff Segmentation": a
segmentation is a list of polygons [x1, y1, x2, y2, ...] in pixels, or run
lengths down the columns, zeros first; those are a list of numbers (as crowds
have them) or a text of them (`counts_of`).
"""

import functools
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.labelling.exports import areas
from tf_advseg.labelling.exports.areas import Area
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Painted
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.export import Tally
from tf_advseg.labelling.exports.export import sound
from tf_advseg.labelling.exports.names import clean_name
from tf_advseg.labelling.exports.source import Source


def read(source: Source) -> Export:
    """Reads a file of instances or of stuff.

    Raises:
        DataError: If it contradicts itself.
    """
    whole = source.json
    with sound(f"The COCO file {source}"):
        images = by_id(whole["images"], "image", source)
        categories = by_id(whole["categories"], "category", source)
        indices = {key: i for i, key in enumerate(categories)}
        left_out, others = Tally(), Tally()
        found: dict[Any, list[Mapping]] = {key: [] for key in images}
        for one in whole["annotations"]:
            name = f"annotation {one['id']}"
            if one["image_id"] not in images:
                left_out.add("annotations of images that it lacks", name)
            elif one["category_id"] not in indices:
                raise DataError(
                    f"{name} of {source} has the category "
                    f"{brief(one['category_id'])}, which the file lacks."
                )
            elif not one.get("segmentation"):
                others.add("boxes without a segmentation", name)
            else:
                found[one["image_id"]].append(one)
        pictures = []
        for key, image in images.items():
            name = clean_name(image["file_name"], str(source))
            if not found[key]:
                left_out.add("images without a segmentation", name)
                continue
            paint = functools.partial(_paint, name, found[key], indices)
            size = (int(image["height"]), int(image["width"]))
            pictures.append(Picture(name, size, paint))
        return Export(
            class_names(categories.values(), source),
            pictures,
            left_out=left_out,
            other_shapes=others,
        )


def by_id(values: Sequence[Mapping], what: str, source: Source) -> dict:
    """Entries by their `id`, in the order of ids.

    Raises:
        DataError: If an id is there twice.
    """
    found = {}
    for value in values:
        if value["id"] in found:
            raise DataError(
                f"{source} has the {what} {brief(value['id'])} twice, and "
                "which is meant cannot be known."
            )
        found[value["id"]] = value
    return dict(sorted(found.items()))


def class_names(categories, source: Source) -> list[str]:
    """The names of categories in the order of their ids.

    Raises:
        DataError: If two have one name.
    """
    names = [str(category["name"]) for category in categories]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f"{source} has two categories {brief(twice[0])}.")
    return names


def counts_of(text: str) -> list[int]:
    """Run lengths from COCO's text of them.

    Each is written in letters of six bits, from "0" on, the lowest first:
    five of the number and one that says that it goes on; the last one's
    fifth is its sign. From the fourth on it is the difference to the one two
    before. After the comment of `rleToString` in cocoapi's maskApi.

    >>> counts_of(";2309")
    [11, 2, 3, 2, 12]
    """
    counts, number, shift = [], 0, 0
    for letter in text.encode("ascii"):
        bits = letter - 48
        if not 0 <= bits < 64 or shift > 60:
            raise DataError("its text of run lengths is damaged")
        number |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            number -= 1 << shift
        counts.append(number + (counts[-2] if len(counts) > 2 else 0))
        number, shift = 0, 0
    if shift:
        raise DataError("its text of run lengths is cut short")
    return counts


def _paint(
    name: str,
    annotations: Sequence[Mapping],
    indices: Mapping[Any, int],
    size: tuple[int, int],
) -> Painted:
    return areas.paint(
        [
            Area(
                indices[one["category_id"]],
                functools.partial(_mask, name, one),
            )
            for one in annotations
        ],
        size,
    )


def _mask(name: str, annotation: Mapping, size: tuple[int, int]) -> np.ndarray:
    value = annotation["segmentation"]
    with sound(f"Annotation {annotation['id']} of {name!r}"):
        if isinstance(value, list):
            polygons = [np.array(flat, float).reshape(-1, 2) for flat in value]
            return areas.of_polygons(polygons, size)
        own = (int(value["size"][0]), int(value["size"][1]))
        if own != size:
            raise ValueError(f"its size is {own}, the image's {size}")
        counts = value["counts"]
        if isinstance(counts, str):
            counts = counts_of(counts)
        return areas.of_counts(counts, size, down_columns=True)
