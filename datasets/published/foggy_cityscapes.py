"""Foggy Cityscapes (Sakaridis et al., IJCV 2018): rendered fog.

    ROOT/leftImg8bit_foggy/SPLIT/CITY/*_leftImg8bit_foggy_beta_0.02.png
    ROOT/gtFine/SPLIT/CITY/*_gtFine_labelIds.png

Each image of Cityscapes comes in three densities; the labels are those of
Cityscapes, so its `gtFine` goes into the same root (a link will do).
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain
from tf_advseg.datasets.published.cityscapes import LICENCE
from tf_advseg.datasets.published.cityscapes import REGISTER
from tf_advseg.datasets.published.cityscapes import cityscapes_rules

BETAS = ("0.005", "0.01", "0.02")
"""Attenuation coefficients, 1/m; more is thicker."""


def _rules(beta: str) -> dict:
    folder = "leftImg8bit_foggy/{split}"
    return cityscapes_rules(f"{folder}/*/*_leftImg8bit_foggy_beta_{beta}.png")


class FoggyCityscapes(NativeDomain):
    """Foggy Cityscapes in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `leftImg8bit_foggy` and `gtFine`.
        classes: A class set; see `NativeDomain`.
        beta: The density of the fog, one of `BETAS`.
    """

    name = "foggy-cityscapes"
    facts = Facts(
        title="Foggy Cityscapes",
        register=REGISTER,
        creators=(
            "Christos Sakaridis",
            "Dengxin Dai",
            "Luc Van Gool",
        ),
        licence=LICENCE,
        image_size=(1024, 2048),
        counts={"train": 2975, "val": 500, "test": 1525},
        unverified=(
            "the licence's wording",
            "layout and naming (from others' programs)",
            "the counts, which are those of Cityscapes",
        ),
    )
    rules = _rules("0.02")
    raw_ids = CITYSCAPES_IDS

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        beta: float = 0.02,
    ):
        beta = check_choice("beta", str(beta), BETAS)
        super().__init__(root, classes, _rules(beta))
