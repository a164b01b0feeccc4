"""Virtual KITTI 2 (Cabon et al., 2020): five drives of KITTI, rendered.

    ROOT/SceneNN/VARIATION/frames/rgb/Camera_0/rgb_00000.jpg
    ROOT/SceneNN/VARIATION/frames/classSegmentation/Camera_0/classgt_00000.png

The labels are colours. The archives are unpacked into one root. There are no
splits: all images are the train split.
"""

from pathlib import Path

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native import Facts
from tf_advseg.datasets.domains.native import NativeDomain


def _rules(camera: str) -> dict:
    frames, folder = "Scene*/*/frames", f"Camera_{camera}"
    rule = NamingRule(
        f"{frames}/rgb/{folder}/rgb_*.jpg",
        f"{frames}/classSegmentation/{folder}/classgt_*.png",
    )
    return {"train": (rule,)}


class VirtualKitti2(NativeDomain):
    """Virtual KITTI 2 in its native layout; see `NativeDomain`.

    Args:
        root: The folder with the scenes' folders.
        classes: A class set; see `NativeDomain`. There are no people, among
            others.
        camera: 0 (left) or 1.
    """

    name = "virtual-kitti2"
    facts = Facts(
        title="Virtual KITTI 2",
        register=(
            "https://europe.naverlabs.com/research/computer-vision/"
            "proxy-virtual-worlds-vkitti-2/"
        ),
        creators=(
            "Yohann Cabon",
            "Naila Murray",
            "Martin Humenberger",
        ),
        licence="CC BY-NC-SA 3.0",
        image_size=(375, 1242),
        counts={"train": 21260},
        unverified=(
            "the licence, the count (of one camera)",
            "layout and colours (from others' programs)",
            "which classes are merged: our choice, by their meaning",
        ),
    )
    rules = _rules("0")
    of_colours = True
    raw_ids = {
        "undefined": (0, 0, 0),
        "terrain": (210, 0, 200),
        "sky": (90, 200, 255),
        "tree": (0, 199, 0),
        "vegetation": (90, 240, 0),
        "building": (140, 140, 140),
        "road": (100, 60, 100),
        "guard rail": (250, 100, 255),
        "traffic sign": (255, 255, 0),
        "traffic light": (200, 200, 0),
        "pole": (255, 130, 0),
        "misc": (80, 80, 80),
        "truck": (160, 60, 60),
        "car": (255, 127, 80),
        "van": (0, 139, 139),
    }
    same_as = {"tree": "vegetation", "van": "car"}

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        camera: int = 0,
    ):
        check_choice("camera", str(camera), ("0", "1"))
        super().__init__(root, classes, _rules(str(camera)))
