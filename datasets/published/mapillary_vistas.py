"""Mapillary Vistas (Neuhold et al., ICCV 2017), its 66 classes of v1.2.

    ROOT/training/images/*.jpg      (validation, testing likewise)
    ROOT/training/labels/*.png      palette PNGs; the indices are ids
    ROOT/training/v1.2/labels/*.png in release 2.0: `labels="v1.2/labels"`

The splits are called train, val and test here; test has no labels.
"""

from pathlib import Path

from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

_NAMES = """bird; ground animal; curb; fence; guard rail; barrier; wall;
    bike lane; crosswalk - plain; curb cut; parking; pedestrian area;
    rail track; road; service lane; sidewalk; bridge; building; tunnel;
    person; bicyclist; motorcyclist; other rider; lane marking - crosswalk;
    lane marking - general; mountain; sand; sky; snow; terrain; vegetation;
    water; banner; bench; bike rack; billboard; catch basin; cctv camera;
    fire hydrant; junction box; mailbox; manhole; phone booth; pothole;
    street light; pole; traffic sign frame; utility pole; traffic light;
    traffic sign (back); traffic sign (front); trash can; bicycle; boat; bus;
    car; caravan; motorcycle; on rails; other vehicle; trailer; truck;
    wheeled slow; car mount; ego vehicle; unlabeled"""
_FOLDERS = {"train": "training", "val": "validation", "test": "testing"}


def _rules(labels: str) -> dict:
    return {
        split: (
            NamingRule(
                f"{folder}/images/*.jpg",
                None if split == "test" else f"{folder}/{labels}/*.png",
            ),
        )
        for split, folder in _FOLDERS.items()
    }


class MapillaryVistas(NativeDomain):
    """Mapillary Vistas in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `training`, `validation` and `testing`.
        classes: A class set; see `NativeDomain`.
        labels: The folder of v1.2 labels in a split's folder.
    """

    name = "mapillary-vistas"
    facts = Facts(
        title="Mapillary Vistas v1.2",
        register="https://www.mapillary.com/dataset/vistas",
        creators=(
            "Gerhard Neuhold",
            "Tobias Ollmann",
            "Samuel Rota Bulò",
            "Peter Kontschieder",
        ),
        licence="CC BY-NC-SA 4.0",
        image_size=None,
        counts={"train": 18000, "val": 2000, "test": 5000},
        unverified=(
            "the licence, the address, the counts",
            "layout and order of the classes (from others' programs)",
            "which classes are merged: our choice, by their meaning",
        ),
    )
    rules = _rules("labels")
    raw_ids = {
        " ".join(name.split()): i for i, name in enumerate(_NAMES.split(";"))
    }
    same_as = {
        "crosswalk - plain": "road",
        "lane marking - crosswalk": "road",
        "lane marking - general": "road",
        "utility pole": "pole",
        "traffic sign (front)": "traffic sign",
        "bicyclist": "rider",
        "motorcyclist": "rider",
        "other rider": "rider",
        "on rails": "train",
    }

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        labels: str = "labels",
    ):
        super().__init__(root, classes, _rules(labels))
