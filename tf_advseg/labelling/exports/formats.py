"""The formats of exports, by name, and which one a file is."""

from collections.abc import Callable
from collections.abc import Mapping

from tf_advseg.base.checks import DataError
from tf_advseg.labelling.exports import coco
from tf_advseg.labelling.exports import coco_panoptic
from tf_advseg.labelling.exports import cvat
from tf_advseg.labelling.exports import cvat_masks
from tf_advseg.labelling.exports import label_studio
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.source import Source

FORMATS: Mapping[str, Callable[[Source], Export]] = {
    "coco": coco.read,
    "coco_panoptic": coco_panoptic.read,
    "label_studio": label_studio.read,
    "cvat": cvat.read,
    "cvat_masks": cvat_masks.read,
}


def detect(source: Source) -> str:
    """The name of an export's format, by what it holds.

    Raises:
        DataError: If it is none of `FORMATS`.
    """
    if source.place.is_dir():
        return "cvat_masks"
    if source.place.name.lower().endswith(".xml"):
        return "cvat"
    whole = source.json
    if isinstance(whole, dict) and {"images", "categories"} <= whole.keys():
        some = whole.get("annotations")
        first = some[0] if isinstance(some, list) and some else None
        panoptic = isinstance(first, dict) and "segments_info" in first
        return "coco_panoptic" if panoptic else "coco"
    if isinstance(whole, list) and all(
        isinstance(task, dict) and "data" in task for task in whole
    ):
        return "label_studio"
    raise DataError(
        f"{source} is no export that is known here: expected COCO's JSON "
        "(images, annotations, categories), Label Studio's export 'JSON' (not "
        "'JSON-MIN'), CVAT's 'CVAT for images 1.1' or 'Segmentation mask 1.1'."
    )
