"""The class sets of the field, and the label ids of Cityscapes.

The papers train on 19, 16 or 13 classes of Cityscapes: all for GTA5, those
that SYNTHIA has too, those that Cross-City has (see `class_subsets`). CamVid
is usually scored on 11 merged classes, IDD on the 7 of its first level (as
IDD-Lite is). `same_names` says what they call each other's classes.
"""

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.class_subsets import CLASS_SUBSETS
from tf_advseg.datasets.domains.domain import ClassSet

COLOURS = {
    "road": (128, 64, 128),
    "sidewalk": (244, 35, 232),
    "building": (70, 70, 70),
    "wall": (102, 102, 156),
    "fence": (190, 153, 153),
    "pole": (153, 153, 153),
    "traffic light": (250, 170, 30),
    "traffic sign": (220, 220, 0),
    "vegetation": (107, 142, 35),
    "terrain": (152, 251, 152),
    "sky": (70, 130, 180),
    "person": (220, 20, 60),
    "rider": (255, 0, 0),
    "car": (0, 0, 142),
    "truck": (0, 0, 70),
    "bus": (0, 60, 100),
    "train": (0, 80, 100),
    "motorcycle": (0, 0, 230),
    "bicycle": (119, 11, 32),
}
"""The benchmark's palette."""

CAMVID_11 = ClassSet(
    "camvid11",
    (
        "sky",
        "building",
        "pole",
        "road",
        "pavement",
        "tree",
        "sign",
        "fence",
        "car",
        "pedestrian",
        "bicyclist",
    ),
    (
        (128, 128, 128),
        (128, 0, 0),
        (192, 192, 128),
        (128, 64, 128),
        (0, 0, 192),
        (128, 128, 0),
        (192, 128, 128),
        (64, 64, 128),
        (64, 0, 128),
        (64, 64, 0),
        (0, 128, 192),
    ),
)
"""CamVid's colours, in the order of SegNet's labels."""

IDD_7 = ClassSet(
    "idd7",
    (
        "drivable",
        "non-drivable",
        "living things",
        "vehicles",
        "roadside objects",
        "far objects",
        "sky",
    ),
    (
        (128, 64, 128),
        (244, 35, 232),
        (220, 20, 60),
        (0, 0, 142),
        (190, 153, 153),
        (70, 70, 70),
        (70, 130, 180),
    ),
)
"""Each has the colour of a class of Cityscapes that belongs to it."""

CLASS_SETS = {
    **{
        name: ClassSet(name, names, tuple(COLOURS[n] for n in names))
        for name, names in CLASS_SUBSETS.items()
    },
    CAMVID_11.name: CAMVID_11,
    IDD_7.name: IDD_7,
}

CITYSCAPES_IDS = {
    "unlabeled": 0,
    "ego vehicle": 1,
    "rectification border": 2,
    "out of roi": 3,
    "static": 4,
    "dynamic": 5,
    "ground": 6,
    "road": 7,
    "sidewalk": 8,
    "parking": 9,
    "rail track": 10,
    "building": 11,
    "wall": 12,
    "fence": 13,
    "guard rail": 14,
    "bridge": 15,
    "tunnel": 16,
    "pole": 17,
    "polegroup": 18,
    "traffic light": 19,
    "traffic sign": 20,
    "vegetation": 21,
    "terrain": 22,
    "sky": 23,
    "person": 24,
    "rider": 25,
    "car": 26,
    "truck": 27,
    "bus": 28,
    "caravan": 29,
    "trailer": 30,
    "train": 31,
    "motorcycle": 32,
    "bicycle": 33,
    # -1 in the benchmark's list: its tools draw no such polygon, 8 bits turn
    # -1 into 255, and GTA5 and lists that count on write 34 or 35.
    "license plate": (34, 35, 255),
}
"""Label ids by the name of the raw class, as in `*_labelIds.png`."""

TRAIN_IDS = {
    **{name: i for i, name in enumerate(CLASS_SUBSETS["cityscapes19"])},
    "unlabeled": 255,
}
"""Ids by name where files hold the benchmark's 19 train ids already."""


def choose_class_set(choice: int | str) -> ClassSet:
    """Returns a class set by its name, or by its number of classes.

    Example:
        >>> choose_class_set(16).name, choose_class_set("camvid11").name
        ('cityscapes16', 'camvid11')

    Raises:
        ValueError: If there is none; the message lists them.
    """
    name = str(choice)
    for class_set in CLASS_SETS.values():
        if name == str(class_set.num_classes):
            return class_set
    name = f"cityscapes{name}" if name.isdecimal() else name
    return CLASS_SETS[check_choice("class set", name, CLASS_SETS)]
