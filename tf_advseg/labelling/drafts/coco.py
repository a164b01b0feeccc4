"""COCO: one JSON file, a run-length coded mask for each class of an image.

The format is COCO's (cocodataset.org/#format-data): runs go down the columns,
zeros first, uncompressed; such annotations have `iscrowd` 1. Categories count
from 1, in the order of the train ids.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling import runs
from tf_advseg.labelling.drafts.draft import Draft


def write(folder: Path, drafts: Iterable[Draft], classes: ClassSet) -> None:
    """Writes `coco.json`."""
    images, annotations = [], []
    for number, draft in enumerate(drafts, start=1):
        height, width = draft.size
        images.append(
            {
                "id": number,
                "file_name": draft.image,
                "height": height,
                "width": width,
            }
        )
        for index, mask in draft.masks():
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": index + 1,
                    "segmentation": {
                        "size": [height, width],
                        "counts": runs.counts(mask.ravel(order="F")),
                    },
                    "area": int(mask.sum()),
                    "bbox": box(mask),
                    "iscrowd": 1,
                }
            )
    categories = [
        {"id": index + 1, "name": name}
        for index, name in enumerate(classes.names)
    ]
    whole = {
        "images": images,
        "annotations": annotations,
        "categories": categories,
    }
    (folder / "coco.json").write_text(json.dumps(whole), encoding="utf-8")


def box(mask: np.ndarray) -> list[int]:
    """Left, top, width and height of what is in a mask."""
    rows, columns = (np.flatnonzero(mask.any(axis=a)) for a in (1, 0))
    left, top = int(columns[0]), int(rows[0])
    return [left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1]
