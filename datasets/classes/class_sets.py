"""The class sets of the field, and the label ids of Cityscapes.

The papers train on 19, 16 or 13 classes of Cityscapes: all for GTA5, those
that SYNTHIA has too, those that Cross-City has (without wall, fence and
pole). CamVid is usually scored on 11 merged classes, IDD on the 7 of its
first level (as IDD-Lite is). `same_names` says what they call each other's
classes.
"""

from tf_advseg.base.checks import check_choice
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
"""The 19 classes of Cityscapes in train-id order, and its palette."""

_NOT_IN_SYNTHIA = ("terrain", "truck", "train")
_NOT_IN_CROSS_CITY = (*_NOT_IN_SYNTHIA, "wall", "fence", "pole")

# CamVid's colours are in the order of SegNet's labels; each class of idd7
# has the colour of a class of Cityscapes that belongs to it.
_PALETTES = {
    "cityscapes19": COLOURS,
    "cityscapes16": {
        name: COLOURS[name] for name in COLOURS if name not in _NOT_IN_SYNTHIA
    },
    "cityscapes13": {
        name: COLOURS[name]
        for name in COLOURS
        if name not in _NOT_IN_CROSS_CITY
    },
    "camvid11": {
        "sky": (128, 128, 128),
        "building": (128, 0, 0),
        "pole": (192, 192, 128),
        "road": (128, 64, 128),
        "pavement": (0, 0, 192),
        "tree": (128, 128, 0),
        "sign": (192, 128, 128),
        "fence": (64, 64, 128),
        "car": (64, 0, 128),
        "pedestrian": (64, 64, 0),
        "bicyclist": (0, 128, 192),
    },
    "idd7": {
        "drivable": (128, 64, 128),
        "non-drivable": (244, 35, 232),
        "living things": (220, 20, 60),
        "vehicles": (0, 0, 142),
        "roadside objects": (190, 153, 153),
        "far objects": (70, 70, 70),
        "sky": (70, 130, 180),
    },
}

CLASS_SETS = {
    name: ClassSet.of_colours(name, palette)
    for name, palette in _PALETTES.items()
}


def numbered(names: str) -> dict[str, int]:
    """Returns names between `;` with their numbers, from 0 on.

    Example:
        >>> numbered("road; traffic light; sky")
        {'road': 0, 'traffic light': 1, 'sky': 2}
    """
    return {" ".join(n.split()): i for i, n in enumerate(names.split(";"))}


CITYSCAPES_IDS = {
    **numbered(
        """unlabeled; ego vehicle; rectification border; out of roi; static;
        dynamic; ground; road; sidewalk; parking; rail track; building; wall;
        fence; guard rail; bridge; tunnel; pole; polegroup; traffic light;
        traffic sign; vegetation; terrain; sky; person; rider; car; truck;
        bus; caravan; trailer; train; motorcycle; bicycle"""
    ),
    # -1 in the benchmark's list: its tools draw no such polygon, 8 bits turn
    # -1 into 255, and GTA5 and lists that count on write 34 or 35.
    "license plate": (34, 35, 255),
}
"""Label ids by the name of the raw class, as in `*_labelIds.png`."""

TRAIN_IDS = {
    **{name: i for i, name in enumerate(COLOURS)},
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
