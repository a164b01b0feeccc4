"""CVAT: "CVAT for images 1.1", an XML file with a mask for each class.

docs.cvat.ai, "CVAT for images": an element `mask` has the box that it lies in
and, in `rle`, the runs along its rows, zeros first.
"""

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling import runs
from tf_advseg.labelling.drafts.coco import box
from tf_advseg.labelling.drafts.draft import Draft


def write(folder: Path, drafts: Iterable[Draft], classes: ClassSet) -> None:
    """Writes `cvat.xml`."""
    root = ElementTree.Element("annotations")
    _child(root, "version", "1.1")
    task = _child(_child(root, "meta"), "task")
    labels = _child(task, "labels")
    pairs = zip(classes.names, classes.palette, strict=True)
    for name, (red, green, blue) in pairs:
        label = _child(labels, "label")
        _child(label, "name", name)
        _child(label, "color", f"#{red:02x}{green:02x}{blue:02x}")
        _child(label, "type", "mask")
        _child(label, "attributes")
    for number, draft in enumerate(drafts):
        height, width = draft.size
        image = ElementTree.SubElement(
            root,
            "image",
            id=str(number),
            name=draft.image,
            width=str(width),
            height=str(height),
        )
        for index, mask in draft.masks():
            left, top, wide, high = box(mask)
            inside = mask[top : top + high, left : left + wide]
            ElementTree.SubElement(
                image,
                "mask",
                label=classes.names[index],
                source="auto",
                occluded="0",
                rle=", ".join(map(str, runs.counts(inside.ravel()))),
                left=str(left),
                top=str(top),
                width=str(wide),
                height=str(high),
                z_order="0",
            )
    tree = ElementTree.ElementTree(root)
    ElementTree.indent(tree)
    tree.write(folder / "cvat.xml", encoding="utf-8", xml_declaration=True)


def _child(parent: ElementTree.Element, name: str, text: str = ""):
    child = ElementTree.SubElement(parent, name)
    child.text = text or None
    return child
