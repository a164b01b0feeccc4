"""Cityscapes: a JSON file of polygons an image, as its own tools read it.

Objects are painted in their order, later ones over earlier ones. So a region's
polygon is its outer outline, and the larger regions come first: what lies in a
hole is painted over it. Points are centres of pixels, which the tools' drawing
fills up to and with. cityscapesscripts, helpers/annotation.py.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling.drafts.draft import Draft
from tf_advseg.labelling.drafts.outlines import outlines


def write(folder: Path, drafts: Iterable[Draft], classes: ClassSet) -> None:
    """Writes `cityscapes/NAME_gtFine_polygons.json`."""
    (folder / "cityscapes").mkdir()
    for draft in drafts:
        height, width = draft.size
        found = [
            (area, index, points)
            for index, mask in draft.masks()
            for area, points in outlines(mask)
        ]
        found.sort(key=lambda one: -one[0])
        objects = [
            {"label": classes.names[index], "polygon": points}
            for _, index, points in found
        ]
        whole = {"imgHeight": height, "imgWidth": width, "objects": objects}
        file = folder / "cityscapes" / f"{draft.stem}_gtFine_polygons.json"
        file.write_text(json.dumps(whole), encoding="utf-8")
