"""Cross-City, or NTHU (Chen et al., ICCV 2017): Rome, Rio, Tokyo, Taipei.

    ROOT/CITY/Images/Train/*.png    unlabelled; some images are .jpg
    ROOT/CITY/Images/Test/*.png
    ROOT/CITY/Labels/Test/*_eval.png

Labels hold label ids of Cityscapes; 13 of its classes are annotated. The
papers adapt from Cityscapes to the train split of one city and evaluate on
its test split.
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

CITIES = ("Rome", "Rio", "Tokyo", "Taipei")


def _rules(city: str) -> dict:
    images, labels = f"{city}/Images", f"{city}/Labels/Test/*_eval.png"
    endings = ("png", "jpg")
    return {
        "train": tuple(NamingRule(f"{images}/Train/*.{e}") for e in endings),
        "test": tuple(
            NamingRule(f"{images}/Test/*.{e}", labels) for e in endings
        ),
    }


class CrossCity(NativeDomain):
    """One city of Cross-City in its native layout; see `NativeDomain`.

    Args:
        root: The folder with the folders of the cities.
        classes: 13, or another class set, of which only 13 occur.
        city: One of `CITIES`.

    Example:
        >>> target = CrossCity("NTHU", city="Tokyo")  # doctest: +SKIP
    """

    name = "cross-city"
    facts = Facts(
        title="Cross-City (NTHU)",
        register="https://yihsinchen.github.io/segmentation_adaptation/",
        creators=(
            "Yi-Hsin Chen",
            "Wei-Yu Chen",
            "Yu-Ting Chen",
            "Bo-Cheng Tsai",
            "Yu-Chiang Frank Wang",
            "Min Sun",
        ),
        licence="not found; ask the authors",
        image_size=None,
        counts={"train": 3200, "test": 100},
        unverified=(
            "layout, naming and ids (from others' programs; the archive has "
            "a second kind of labels, `*_city.png`, which is not read)",
            "the counts, which are a city's (one source has 1,000 labelled)",
            "which ids beside the 13 occur: all others are ignored",
        ),
    )
    rules = _rules("Rome")
    raw_ids = CITYSCAPES_IDS
    ignore_unknown = True
    default_classes = 13

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        city: str = "Rome",
    ):
        check_choice("city", city, CITIES)
        super().__init__(root, classes, _rules(city))
