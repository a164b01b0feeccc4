"""IDD, the India Driving Dataset (Varma et al., WACV 2019).

    ROOT/leftImg8bit/SPLIT/DRIVE/*_leftImg8bit.png    part II: .jpg
    ROOT/gtFine/SPLIT/DRIVE/*_gtFine_labelids.png

for the splits train, val and test; labels of the test split are withheld.
The archive holds polygons: its public tools draw the label files with
`createLabels.py --id-type id`. With `--id-type csTrainId` they are called
`*_gtFine_labelcsTrainIds.png` and hold train ids of Cityscapes; with
`--id-type level1Id`, `*_gtFine_labellevel1Ids.png` and the 7 classes of its
first level.
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.class_sets import IDD_7
from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain

_NAMES = """road; parking; drivable fallback; sidewalk; rail track;
    non-drivable fallback; person; animal; rider; motorcycle; bicycle;
    autorickshaw; car; truck; bus; caravan; trailer; train;
    vehicle fallback; curb; wall; fence; guard rail; billboard;
    traffic sign; traffic light; pole; polegroup; obs-str-bar-fallback;
    building; bridge; tunnel; vegetation; sky; fallback background;
    unlabeled; ego vehicle; rectification border; out of roi;
    license plate"""
IDS = {" ".join(name.split()): i for i, name in enumerate(_NAMES.split(";"))}
# One version of the tools writes 19 for animals.
RAW_IDS = {
    "id": {**IDS, "unlabeled": (IDS["unlabeled"], 255)},
    "csTrainId": {**TRAIN_IDS, "animal": 19},
    "level1Id": {
        **{name: i for i, name in enumerate(IDD_7.names)},
        "unlabeled": 255,
    },
}


def _rules(kind: str) -> dict:
    labels = f"gtFine/{{split}}/*/*_gtFine_label{kind}s.png"
    return {
        split: tuple(
            NamingRule(
                f"leftImg8bit/{split}/*/*_leftImg8bit.{ending}",
                None if split == "test" else labels.format(split=split),
            )
            for ending in ("png", "jpg")
        )
        for split in ("train", "val", "test")
    }


class Idd(NativeDomain):
    """IDD in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `leftImg8bit` and `gtFine`.
        classes: A class set, "idd7" say; see `NativeDomain`. It is idd7
            where the label files hold level 1, and cannot be finer.
        ids: What the label files hold: "id", "csTrainId" or "level1Id".
    """

    name = "idd"
    facts = Facts(
        title="IDD, India Driving Dataset",
        register="https://idd.insaan.iiit.ac.in/",
        creators=(
            "Girish Varma",
            "Anbumani Subramanian",
            "Anoop Namboodiri",
            "Manmohan Chandraker",
            "C. V. Jawahar",
        ),
        licence="its own, for research",
        image_size=None,
        counts={"train": 6993, "val": 981, "test": 2029},
        unverified=("the licence, the counts (of part I)",),
    )
    rules = _rules("id")
    raw_ids = RAW_IDS["id"]
    own_classes = ("idd7",)
    # As the public tools have it in csTrainId.
    same_as = {"non-drivable fallback": "terrain"}

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        ids: str = "id",
    ):
        check_choice("ids", ids, RAW_IDS)
        if ids == "level1Id":
            classes = classes or IDD_7.name
        super().__init__(root, classes, _rules(ids))
        if ids != "id":
            self.raw_ids, self.same_as = RAW_IDS[ids], {}
