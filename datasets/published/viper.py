"""VIPER, "Playing for Benchmarks" (Richter et al., ICCV 2017): game videos.

    ROOT/SPLIT/img/SEQUENCE/SEQUENCE_FRAME.jpg
    ROOT/SPLIT/cls/SEQUENCE/SEQUENCE_FRAME.png    8-bit ids of classes.csv

for the splits train, val and test; test has no labels. Splits with labels
are made of the images that have one.
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

_NAMES = """unlabeled ambiguous sky road sidewalk railtrack terrain tree
    vegetation building infrastructure fence billboard trafficlight
    trafficsign mobilebarrier firehydrant chair trash trashcan person animal
    bicycle motorcycle car van bus truck trailer train plane boat"""


def _rules(ending: str) -> dict:
    return {
        split: (
            NamingRule(
                f"{split}/img/*/*.{ending}",
                None if split == "test" else f"{split}/cls/*/*.png",
            ),
        )
        for split in ("train", "val", "test")
    }


class Viper(NativeDomain):
    """VIPER in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `train`, `val` and `test`.
        classes: A class set; see `NativeDomain`. Walls, poles and riders do
            not occur.
        images: "jpg" or "png", of which the archive has both.
    """

    name = "viper"
    facts = Facts(
        title="VIPER (Playing for Benchmarks)",
        register="https://playing-for-benchmarks.org/",
        creators=(
            "Stephan R. Richter",
            "Zeeshan Hayder",
            "Vladlen Koltun",
        ),
        licence="research and education only; the game has its own terms",
        image_size=(1080, 1920),
        counts={"train": None, "val": None, "test": None},
        unverified=(
            "the licence, the address, the folders' names",
            "which classes are merged: our choice, by their meaning",
        ),
    )
    rules = _rules("jpg")
    sparse_labels = True
    raw_ids = {name: i for i, name in enumerate(_NAMES.split())}
    same_as = {
        "tree": "vegetation",
        "trafficlight": "traffic light",
        "trafficsign": "traffic sign",
        "van": "car",
    }

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        images: str = "jpg",
    ):
        check_choice("kind of images", images, ("jpg", "png"))
        super().__init__(root, classes, _rules(images))
