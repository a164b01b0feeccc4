"""BDD100K (Yu et al., CVPR 2020), its 10,000 images with segmentation.

    ROOT/images/10k/SPLIT/*.jpg
    ROOT/labels/sem_seg/masks/SPLIT/*.png    train ids, 255 = ignore

for the splits train, val and test; the test split has no labels.
"""

from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain


class Bdd100k(NativeDomain):
    """BDD100K in its native layout; see `NativeDomain`.

    Args:
        root: The folder with `images` and `labels`.
        classes: A class set; see `NativeDomain`.
    """

    name = "bdd100k"
    facts = Facts(
        title="BDD100K, semantic segmentation",
        register="http://bdd-data.berkeley.edu/",
        creators=(
            "Fisher Yu",
            "Haofeng Chen",
            "Xin Wang",
            "Wenqi Xian",
            "Yingying Chen",
            "Fangchen Liu",
            "Vashisht Madhavan",
            "Trevor Darrell",
        ),
        licence="its own: educational, research, not for profit",
        image_size=(720, 1280),
        counts={"train": 7000, "val": 1000, "test": 2000},
        unverified=(
            "the licence's wording",
            "the count of the test split",
            "the folder name `masks` (from others' programs)",
        ),
    )
    rules = {
        split: (
            NamingRule(
                f"images/10k/{split}/*.jpg",
                None
                if split == "test"
                else f"labels/sem_seg/masks/{split}/*.png",
            ),
        )
        for split in ("train", "val", "test")
    }
    raw_ids = TRAIN_IDS
