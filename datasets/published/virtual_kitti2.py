"""Virtual KITTI 2 (Cabon et al., 2020): five drives of KITTI, rendered.

    ROOT/SceneNN/VARIATION/frames/rgb/Camera_0/rgb_00000.jpg
    ROOT/SceneNN/VARIATION/frames/classSegmentation/Camera_0/classgt_00000.png

The labels are colours. The archives are unpacked into one root. There are no
splits: all images are the train split. Camera 0 is the left one. There are no
people, among others.
"""

from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

KITTI2 = PublishedData(
    name="virtual-kitti2",
    title="Virtual KITTI 2",
    register=(
        "https://europe.naverlabs.com/research/computer-vision/"
        "proxy-virtual-worlds-vkitti-2/"
    ),
    creators=("Yohann Cabon", "Naila Murray", "Martin Humenberger"),
    licence="CC BY-NC-SA 3.0",
    image_size=(375, 1242),
    counts={"train": 21260},
    unverified=(
        "the licence, the count (of one camera)",
        "layout and colours (from others' programs)",
        "which classes are merged: our choice, by their meaning",
    ),
    images=("Scene*/*/frames/rgb/Camera_{camera}/rgb_*.jpg",),
    labels=("Scene*/*/frames/classSegmentation/Camera_{camera}/classgt_*.png"),
    options={"camera": Option(0, ("0", "1"))},
    labels_are="colours",
    raw_ids={
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
    },
    same_as={"tree": "vegetation", "van": "car"},
)
