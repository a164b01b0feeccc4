"""Dark Zurich (Sakaridis et al., ICCV 2019): day, twilight and night.

    ROOT/rgb_anon/train/TIME/RUN/*_rgb_anon.png     unlabelled
    ROOT/rgb_anon/val/night/RUN/*_rgb_anon.png
    ROOT/gt/val/night/RUN/*_gt_labelTrainIds.png    train ids, 255 = ignore
    ROOT/rgb_anon/test/night/RUN/*_rgb_anon.png     labels are withheld

The archives' folders `rgb_anon` and `gt` go into one root.
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

TIMES = ("day", "twilight", "night")


def _rules(time: str) -> dict:
    labels = "gt/val/night/*/*_gt_labelTrainIds.png"
    return {
        "train": (NamingRule(f"rgb_anon/train/{time}/*/*_rgb_anon.png"),),
        "val": (NamingRule("rgb_anon/val/night/*/*_rgb_anon.png", labels),),
        "test": (NamingRule("rgb_anon/test/night/*/*_rgb_anon.png"),),
    }


class DarkZurich(NativeDomain):
    """Dark Zurich in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `rgb_anon` and `gt`.
        classes: A class set; see `NativeDomain`.
        time: One of `TIMES`, for the train split.
    """

    name = "dark-zurich"
    facts = Facts(
        title="Dark Zurich",
        register="https://www.trace.ethz.ch/publications/2019/GCMA_UIoU/",
        creators=(
            "Christos Sakaridis",
            "Dengxin Dai",
            "Luc Van Gool",
        ),
        licence="non-commercial",
        image_size=(1080, 1920),
        counts={"train": 2416, "val": 50, "test": 151},
        unverified=(
            "the licence, the address, the counts (at night)",
            "layout and naming (from others' programs)",
        ),
    )
    rules = _rules("night")
    raw_ids = TRAIN_IDS

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        time: str = "night",
    ):
        check_choice("time", time, TIMES)
        super().__init__(root, classes, _rules(time))
