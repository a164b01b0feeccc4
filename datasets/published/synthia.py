"""SYNTHIA-RAND-CITYSCAPES (Ros et al., CVPR 2016): a rendered city.

    ROOT/RGB/0000000.png
    ROOT/GT/LABELS/0000000.png    16-bit RGB: class, instance, nothing

The class is the first channel; GT/COLOR is for looking at only. Some papers'
programs come with labels that were parsed to one channel before; those are
read from `parsed_LABELS` with `labels="parsed_LABELS"`. Ids and layout are
those of the README in the archive.
"""

from pathlib import Path

import numpy as np

from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain
from tf_advseg.datasets.files.image_files import read_first_channel


def _rules(labels: str) -> dict:
    return {"train": (NamingRule("RGB/*.png", f"{labels}/*.png"),)}


class Synthia(NativeDomain):
    """SYNTHIA-RAND-CITYSCAPES in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `RGB` and `GT`.
        classes: 16, 13, or 19 (terrain, truck and train have no pixels, say
            those who trained so).
        labels: The folder of labels, relative to the root.

    Example:
        >>> source = Synthia("RAND_CITYSCAPES")  # doctest: +SKIP
    """

    name = "synthia"
    reads_first_channel = True
    facts = Facts(
        title="SYNTHIA-RAND-CITYSCAPES",
        register="https://synthia-dataset.net/downloads/",
        creators=(
            "German Ros",
            "Laura Sellart",
            "Joanna Materzynska",
            "David Vazquez",
            "Antonio M. Lopez",
        ),
        licence="CC BY-NC-SA 3.0",
        image_size=(760, 1280),
        counts={"train": 9400},
        training_size=(760, 1280),
        unverified=(
            "the licence",
            "the name and place of parsed labels (from others' programs)",
        ),
    )
    rules = _rules("GT/LABELS")
    default_classes = 16
    raw_ids = {
        "void": 0,
        "sky": 1,
        "building": 2,
        "road": 3,
        "sidewalk": 4,
        "fence": 5,
        "vegetation": 6,
        "pole": 7,
        "car": 8,
        "traffic sign": 9,
        "pedestrian": 10,
        "bicycle": 11,
        "motorcycle": 12,
        "parking-slot": 13,
        "road-work": 14,
        "traffic light": 15,
        "terrain": 16,
        "rider": 17,
        "truck": 18,
        "bus": 19,
        "train": 20,
        "wall": 21,
        "lanemarking": 22,
    }
    same_as = {"pedestrian": "person"}

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        labels: str = "GT/LABELS",
    ):
        super().__init__(root, classes, _rules(labels))

    def _read_train_ids(self, path: Path) -> np.ndarray:
        return self._table.map(read_first_channel(path), path)
