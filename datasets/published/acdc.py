"""ACDC (Sakaridis et al., ICCV 2021): fog, night, rain and snow.

    ROOT/rgb_anon/CONDITION/SPLIT/RUN/*_rgb_anon.png
    ROOT/gt/CONDITION/SPLIT/RUN/*_gt_labelTrainIds.png

for the splits train, val and test; labels of the test split are withheld.
The archives' folders `rgb_anon` and `gt` go into one root. The references in
good weather (`train_ref` and so on) are not read.
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

CONDITIONS = ("fog", "night", "rain", "snow")


def _rules(conditions: tuple[str, ...]) -> dict:
    return {
        split: tuple(
            NamingRule(
                f"rgb_anon/{condition}/{split}/*/*_rgb_anon.png",
                None
                if split == "test"
                else f"gt/{condition}/{split}/*/*_gt_labelTrainIds.png",
            )
            for condition in conditions
        )
        for split in ("train", "val", "test")
    }


class Acdc(NativeDomain):
    """ACDC in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `rgb_anon` and `gt`.
        classes: A class set; see `NativeDomain`.
        condition: "all", or one of `CONDITIONS`.
    """

    name = "acdc"
    facts = Facts(
        title="ACDC, Adverse Conditions Dataset with Correspondences",
        register="https://acdc.vision.ee.ethz.ch/download",
        creators=(
            "Christos Sakaridis",
            "Dengxin Dai",
            "Luc Van Gool",
        ),
        licence="non-commercial",
        image_size=(1080, 1920),
        counts={"train": 1600, "val": 406, "test": 2000},
        unverified=(
            "the licence, the counts (of all conditions)",
            "layout and naming (from others' programs)",
        ),
    )
    rules = _rules(CONDITIONS)
    raw_ids = TRAIN_IDS

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        condition: str = "all",
    ):
        check_choice("condition", condition, ("all", *CONDITIONS))
        some = CONDITIONS if condition == "all" else (condition,)
        super().__init__(root, classes, _rules(some))
