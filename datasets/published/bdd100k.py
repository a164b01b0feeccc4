"""BDD100K (Yu et al., CVPR 2020), its 10,000 images with segmentation.

    ROOT/images/10k/SPLIT/*.jpg
    ROOT/labels/sem_seg/masks/SPLIT/*.png    train ids, 255 = ignore

for the splits train, val and test; the test split has no labels.
"""

from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.published_data import PublishedData

BDD100K = PublishedData(
    name="bdd100k",
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
    images=("images/10k/{split}/*.jpg",),
    labels="labels/sem_seg/masks/{split}/*.png",
    unlabelled=("test",),
    raw_ids=TRAIN_IDS,
)
