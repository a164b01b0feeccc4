"""Cityscapes (Cordts et al., CVPR 2016): streets of fifty cities.

    ROOT/leftImg8bit/SPLIT/CITY/*_leftImg8bit.png
    ROOT/gtFine/SPLIT/CITY/*_gtFine_labelIds.png

for the splits train, val and test; labels of the test split are withheld
(its label files hold no classes), so it counts as unlabelled. Licence plates
have the id -1, which the benchmark's tools never draw.
"""

from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

IMAGES = "leftImg8bit/{split}/*/*_leftImg8bit.png"
LABELS = "gtFine/{split}/*/*_gtFine_labelIds.png"
REGISTER = "https://www.cityscapes-dataset.com/"
LICENCE = "non-commercial: research, teaching, personal experiments"


def cityscapes_rules(images: str = IMAGES) -> dict:
    """The rules of the splits, for images that share Cityscapes' labels."""
    return {
        split: (
            NamingRule(
                images.format(split=split),
                None if split == "test" else LABELS.format(split=split),
            ),
        )
        for split in ("train", "val", "test")
    }


class Cityscapes(NativeDomain):
    """Cityscapes in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `leftImg8bit` and, to evaluate, `gtFine`.
        classes: A class set; see `NativeDomain`.

    Example:
        >>> target = Cityscapes("cityscapes", classes=16)  # doctest: +SKIP
    """

    name = "cityscapes"
    facts = Facts(
        title="Cityscapes",
        register=REGISTER,
        creators=(
            "Marius Cordts",
            "Mohamed Omran",
            "Sebastian Ramos",
            "Timo Rehfeld",
            "Markus Enzweiler",
            "Rodrigo Benenson",
            "Uwe Franke",
            "Stefan Roth",
            "Bernt Schiele",
        ),
        licence=LICENCE,
        image_size=(1024, 2048),
        counts={"train": 2975, "val": 500, "test": 1525},
        training_size=(512, 1024),
        unverified=("the licence's wording",),
    )
    rules = cityscapes_rules()
    raw_ids = CITYSCAPES_IDS
