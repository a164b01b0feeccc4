"""CVAT: "CVAT for images 1.1", an XML file of polygons and masks.

docs.cvat.ai, "CVAT for images": `points` of a polygon are "x,y;x,y" in pixels;
a mask's `rle` has the runs along the rows of its box, zeros first. What has a
higher `z_order` lies on top.
"""

import functools
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.labelling.exports import areas
from tf_advseg.labelling.exports.areas import Area
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Painted
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.export import Tally
from tf_advseg.labelling.exports.export import index_of
from tf_advseg.labelling.exports.export import sound
from tf_advseg.labelling.exports.names import clean_name
from tf_advseg.labelling.exports.source import Source

_PLURALS = {"box": "boxes", "ellipse": "ellipses", "tag": "tags"}


def read(source: Source) -> Export:
    """Reads an export of a task or a project.

    Raises:
        DataError: If it contradicts itself, or is one of a video's tracks.
    """
    root = source.xml
    if root.tag != "annotations" or root.find("track") is not None:
        raise DataError(
            f"{source} is no export in CVAT's format 'CVAT for images 1.1' "
            f"(its root is <{root.tag}>); tracks of videos are not read: "
            "export the task in that format."
        )
    with sound(f"The CVAT file {source}"):
        labels = _labels(root)
        left_out, others, pictures = Tally(), Tally(), []
        for image in root.findall("image"):
            name = clean_name(image.attrib["name"], str(source))
            shapes = []
            for shape in image:
                if shape.tag in ("polygon", "mask"):
                    shapes.append(shape)
                    label = shape.attrib["label"]
                    index_of([*labels], label, f"A {shape.tag} of {name!r}")
                else:
                    tally = left_out if shape.tag == "tag" else others
                    tally.add(_PLURALS.get(shape.tag, shape.tag), name)
            if not shapes:
                left_out.add("images without a polygon or mask", name)
                continue
            size = (int(image.attrib["height"]), int(image.attrib["width"]))
            paint = functools.partial(_paint, name, shapes, [*labels])
            pictures.append(Picture(name, size, paint))
    return Export(
        [*labels],
        pictures,
        {name: colour for name, colour in labels.items() if colour},
        left_out,
        others,
    )


def _labels(root: Element) -> dict[str, tuple[int, int, int] | None]:
    """Classes with their colours, in the order of the task's labels."""
    found = {}
    for label in root.findall("meta/*/labels/label"):
        text = (label.findtext("color") or "").strip().removeprefix("#")
        colour = tuple(bytes.fromhex(text)) if len(text) == 6 else None
        found[label.findtext("name") or ""] = colour
    return found


def _paint(
    name: str,
    shapes: Sequence[Element],
    names: Sequence[str],
    size: tuple[int, int],
) -> Painted:
    with sound(f"A shape of {name!r}"):
        return areas.paint(
            [
                Area(
                    names.index(shape.attrib["label"]),
                    functools.partial(_mask, name, shape),
                    float(shape.get("z_order", 0)),
                )
                for shape in shapes
            ],
            size,
        )


def _mask(name: str, shape: Element, size: tuple[int, int]) -> np.ndarray:
    with sound(f"A {shape.tag} {brief(shape.get('label'))} of {name!r}"):
        if shape.tag == "polygon":
            text = shape.attrib["points"].split(";")
            points = [[float(x) for x in one.split(",")] for one in text]
            return areas.of_polygons([np.array(points)], size)
        left, top, width, height = (
            int(shape.attrib[key]) for key in ("left", "top", "width", "height")
        )
        fits = left + width <= size[1] and top + height <= size[0]
        if min(left, top, width, height) < 0 or not fits:
            raise ValueError(f"its box does not lie in the image, {size}")
        counts = [int(count) for count in shape.attrib["rle"].split(",")]
        mask = np.zeros(size, bool)
        mask[top : top + height, left : left + width] = areas.of_counts(
            counts, (height, width), down_columns=False
        )
        return mask
