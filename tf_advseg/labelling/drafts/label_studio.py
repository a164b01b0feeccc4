"""Label Studio: tasks with brush masks as predictions, and the view for them.

labelstud.io/guide/predictions, "Brush". The address of an image is that of
local files served by Label Studio, relative to its document root.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling import runs
from tf_advseg.labelling.drafts.draft import Draft

IMAGES = "/data/local-files/?d=images/"
_CONTROL, _OBJECT = "label", "image"


def write(folder: Path, drafts: Iterable[Draft], classes: ClassSet) -> None:
    """Writes `label_studio.json` and `label_studio_view.xml`."""
    tasks = [_task(draft, classes) for draft in drafts]
    text = json.dumps(tasks)
    (folder / "label_studio.json").write_text(text, encoding="utf-8")
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Image", name=_OBJECT, value=f"${_OBJECT}")
    brush = ElementTree.SubElement(
        view, "BrushLabels", name=_CONTROL, toName=_OBJECT
    )
    pairs = zip(classes.names, classes.palette, strict=True)
    for name, (red, green, blue) in pairs:
        ElementTree.SubElement(
            brush,
            "Label",
            value=name,
            background=f"#{red:02x}{green:02x}{blue:02x}",
        )
    ElementTree.indent(view)
    ElementTree.ElementTree(view).write(
        folder / "label_studio_view.xml", encoding="utf-8"
    )


def _task(draft: Draft, classes: ClassSet) -> dict:
    height, width = draft.size
    results = [
        {
            "id": f"{draft.stem}-{index}",
            "type": "brushlabels",
            "from_name": _CONTROL,
            "to_name": _OBJECT,
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
            "value": {
                "format": "rle",
                "rle": runs.packed(mask),
                "brushlabels": [classes.names[index]],
            },
        }
        for index, mask in draft.masks()
    ]
    prediction = {"model_version": "tf_advseg", "result": results}
    return {
        "data": {_OBJECT: f"{IMAGES}{draft.image}"},
        "predictions": [prediction],
    }
