"""Published data sets in miniature: two images a split, in native layouts.

Paths and ids are written out here, not taken from the domains' rules, so
that a slip in a rule is seen.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from png_by_hand import write_png
from toy_domains import write_image
from toy_domains import write_label

SIZE = (8, 16)


@dataclasses.dataclass(frozen=True)
class Miniature:
    """What is written of a data set, and what should be read.

    Args:
        pairs: Image and label (None: it has none) of each split.
        raw: Raw ids, or colours, and the class that each should become;
            None: ignored.
        stranger: A raw id, or colour, that is an error; None: none is.
        kind: The files of labels: "grey", "palette", "deep" (16-bit RGB) or
            "colours".
        decoys: Other files of the archive, which should not matter.
        options: Options of the domain.
    """

    pairs: Mapping[str, Mapping[str, str | None]]
    raw: Mapping
    stranger: int | tuple | None
    kind: str = "grey"
    decoys: tuple[str, ...] = ()
    options: Mapping = dataclasses.field(default_factory=dict)


CITYSCAPES = {
    0: None,
    7: "road",
    8: "sidewalk",
    9: None,
    11: "building",
    18: None,
    19: "traffic light",
    24: "person",
    26: "car",
    33: "bicycle",
    34: None,
    255: None,
}
"""Label ids of Cityscapes and what they become, in all class sets."""

TRAIN_IDS = {
    0: "road",
    3: "wall",
    9: "terrain",
    12: "rider",
    16: "train",
    18: "bicycle",
    255: None,
}
"""Train ids of Cityscapes, as some data sets store them."""

MINIATURES = {
    "gta5": Miniature(
        {
            "train": {
                "images/00001.png": "labels/00001.png",
                "images/24966.png": "labels/24966.png",
            }
        },
        CITYSCAPES,
        stranger=36,
        kind="palette",
        decoys=("readme.txt", "split.mat"),
    ),
    "cityscapes": Miniature(
        {
            split: {
                f"leftImg8bit/{split}/{city}/{stem}_leftImg8bit.png": (
                    None
                    if split == "test"
                    else f"gtFine/{split}/{city}/{stem}_gtFine_labelIds.png"
                )
                for stem in (f"{city}_000001_000019", f"{city}_000002_000019")
            }
            for split, city in (
                ("train", "aachen"),
                ("val", "munster"),
                ("test", "bonn"),
            )
        },
        CITYSCAPES,
        stranger=36,
        decoys=(
            "gtFine/train/aachen/aachen_000001_000019_gtFine_color.png",
            "gtFine/train/aachen/aachen_000001_000019_gtFine_polygons.json",
            "gtFine/test/bonn/bonn_000001_000019_gtFine_labelIds.png",
            "leftImg8bit/train/aachen/aachen_000001_000019.json",
            "license.txt",
        ),
    ),
    "synthia": Miniature(
        {
            "train": {
                "RGB/0000000.png": "GT/LABELS/0000000.png",
                "RGB/0009399.png": "GT/LABELS/0009399.png",
            }
        },
        {
            0: None,
            1: "sky",
            2: "building",
            3: "road",
            5: "fence",
            7: "pole",
            10: "person",
            11: "bicycle",
            12: "motorcycle",
            13: None,
            15: "traffic light",
            16: "terrain",
            21: "wall",
            22: None,
        },
        stranger=23,
        kind="deep",
        decoys=("GT/COLOR/0000000.png", "Depth/0000000.png"),
    ),
    "cross-city": Miniature(
        {
            "train": {
                "Tokyo/Images/Train/pano_00001_0_0.png": None,
                "Tokyo/Images/Train/pano_00002_0_180.jpg": None,
            },
            "test": {
                "Tokyo/Images/Test/pano_00003_2_0.png": (
                    "Tokyo/Labels/Test/pano_00003_2_0_eval.png"
                ),
                "Tokyo/Images/Test/pano_00004_2_0.jpg": (
                    "Tokyo/Labels/Test/pano_00004_2_0_eval.png"
                ),
            },
        },
        {**CITYSCAPES, 100: None},
        stranger=None,
        decoys=(
            "Rome/Images/Train/pano_00009_0_0.png",
            "Tokyo/Labels/Test/pano_00003_2_0_city.png",
        ),
        options={"city": "Tokyo"},
    ),
    "foggy-cityscapes": Miniature(
        {
            split: {
                f"leftImg8bit_foggy/{split}/{city}/{city}_000001_000019"
                "_leftImg8bit_foggy_beta_0.01.png": label
            }
            for split, city, label in (
                (
                    "train",
                    "aachen",
                    "gtFine/train/aachen/aachen_000001_000019"
                    "_gtFine_labelIds.png",
                ),
                (
                    "val",
                    "lindau",
                    "gtFine/val/lindau/lindau_000001_000019"
                    "_gtFine_labelIds.png",
                ),
                ("test", "bonn", None),
            )
        },
        CITYSCAPES,
        stranger=36,
        decoys=(
            "leftImg8bit_foggy/val/lindau/lindau_000001_000019"
            "_leftImg8bit_foggy_beta_0.02.png",
        ),
        options={"beta": 0.01},
    ),
    "dark-zurich": Miniature(
        {
            "train": {
                "rgb_anon/train/night/GOPR0351/"
                "GOPR0351_frame_000090_rgb_anon.png": None,
                "rgb_anon/train/night/GP010376/"
                "GP010376_frame_000191_rgb_anon.png": None,
            },
            "val": {
                "rgb_anon/val/night/GOPR0356/"
                "GOPR0356_frame_000321_rgb_anon.png": (
                    "gt/val/night/GOPR0356/"
                    "GOPR0356_frame_000321_gt_labelTrainIds.png"
                )
            },
            "test": {
                "rgb_anon/test/night/GOPR0364/"
                "GOPR0364_frame_000939_rgb_anon.png": None
            },
        },
        TRAIN_IDS,
        stranger=19,
        decoys=(
            "rgb_anon/train/day/GOPR0345/GOPR0345_frame_000001_rgb_anon.png",
            "gt/val/night/GOPR0356/GOPR0356_frame_000321_gt_labelColor.png",
        ),
    ),
    "acdc": Miniature(
        {
            split: {
                f"rgb_anon/{weather}/{split}/GOPR0475/"
                f"GOPR0475_frame_00004{i}_rgb_anon.png": (
                    None
                    if split == "test"
                    else f"gt/{weather}/{split}/GOPR0475/"
                    f"GOPR0475_frame_00004{i}_gt_labelTrainIds.png"
                )
                for i, weather in enumerate(("fog", "night", "rain", "snow"))
            }
            for split in ("train", "val", "test")
        },
        TRAIN_IDS,
        stranger=19,
        decoys=(
            "rgb_anon/fog/train_ref/GOPR0475/"
            "GOPR0475_frame_000041_rgb_ref_anon.png",
            "gt/fog/train/GOPR0475/GOPR0475_frame_000041_gt_invGray.png",
        ),
    ),
    "bdd100k": Miniature(
        {
            split: {
                f"images/10k/{split}/{stem}.jpg": (
                    None
                    if split == "test"
                    else f"labels/sem_seg/masks/{split}/{stem}.png"
                )
            }
            for split, stem in (
                ("train", "0004a4c0-d4dff0ad"),
                ("val", "7d06fefd-f7be05a6"),
                ("test", "ac6d4f42-00000000"),
            )
        },
        TRAIN_IDS,
        stranger=19,
        decoys=(
            "images/100k/train/0000f77c-6257be58.jpg",
            "labels/sem_seg/colormaps/train/0004a4c0-d4dff0ad.png",
        ),
    ),
    "mapillary-vistas": Miniature(
        {
            "train": {
                "training/images/aB-1_x.jpg": "training/labels/aB-1_x.png",
                "training/images/Zz0.jpg": "training/labels/Zz0.png",
            },
            "val": {"validation/images/c.jpg": "validation/labels/c.png"},
            "test": {"testing/images/d.jpg": None},
        },
        {
            0: None,
            3: "fence",
            13: "road",
            15: "sidewalk",
            19: "person",
            21: "rider",
            24: "road",
            27: "sky",
            30: "vegetation",
            47: "pole",
            49: None,
            50: "traffic sign",
            58: "train",
            65: None,
        },
        stranger=66,
        kind="palette",
        decoys=("training/instances/Zz0.png", "config.json"),
    ),
    "idd": Miniature(
        {
            "train": {
                "leftImg8bit/train/0/005506_leftImg8bit.png": (
                    "gtFine/train/0/005506_gtFine_labelids.png"
                ),
                "leftImg8bit/train/201/frame0029_leftImg8bit.jpg": (
                    "gtFine/train/201/frame0029_gtFine_labelids.png"
                ),
            },
            "val": {
                "leftImg8bit/val/119/638495_leftImg8bit.png": (
                    "gtFine/val/119/638495_gtFine_labelids.png"
                )
            },
            "test": {"leftImg8bit/test/3/000001_leftImg8bit.png": None},
        },
        {
            0: "road",
            1: None,
            3: "sidewalk",
            5: "terrain",
            6: "person",
            8: "rider",
            11: None,
            12: "car",
            20: "wall",
            26: "pole",
            29: "building",
            32: "vegetation",
            33: "sky",
            35: None,
            255: None,
        },
        stranger=40,
        decoys=(
            "gtFine/train/0/005506_gtFine_polygons.json",
            "gtFine/train/0/005506_gtFine_labellevel3Ids.png",
        ),
    ),
    "camvid": Miniature(
        {
            split: {
                f"701_StillsRaw_full/{frame}.png": (
                    f"LabeledApproved_full/{frame}_L.png"
                )
                for frame in frames
            }
            for split, frames in (
                ("train", ("0001TP_008520", "0006R0_f00930", "0016E5_08161")),
                ("val", ("0016E5_07959", "0016E5_08159")),
                ("test", ("0001TP_008550", "Seq05VD_f00000")),
            )
        },
        {
            (128, 64, 128): "road",
            (128, 0, 192): "road",
            (0, 0, 192): "sidewalk",
            (128, 0, 0): "building",
            (192, 192, 128): "pole",
            (64, 0, 128): "car",
            (64, 128, 192): "car",
            (128, 128, 0): "vegetation",
            (192, 128, 64): "person",
            (192, 128, 192): None,
            (0, 0, 0): None,
        },
        stranger=(1, 2, 3),
        kind="colours",
        decoys=("label_colors.txt",),
    ),
    "synscapes": Miniature(
        {
            "train": {
                "img/rgb/1.png": "img/class/1.png",
                "img/rgb/25000.png": "img/class/25000.png",
            }
        },
        CITYSCAPES,
        stranger=36,
        decoys=("img/rgb-2k/1.png", "img/instance/1.png", "meta/1.json"),
    ),
    "viper": Miniature(
        {
            "train": {
                "train/img/001/001_00001.jpg": "train/cls/001/001_00001.png",
                "train/img/077/077_00011.jpg": "train/cls/077/077_00011.png",
            },
            "val": {"val/img/004/004_00001.jpg": "val/cls/004/004_00001.png"},
            "test": {"test/img/003/003_00001.jpg": None},
        },
        {
            0: None,
            2: "sky",
            3: "road",
            7: "vegetation",
            10: None,
            13: "traffic light",
            20: "person",
            25: "car",
            26: "bus",
            29: "train",
            31: None,
        },
        stranger=32,
        decoys=("train/img/001/001_00002.jpg", "train/inst/001/001_00001.png"),
    ),
    "virtual-kitti2": Miniature(
        {
            "train": {
                f"{frames}/rgb/Camera_0/rgb_{i:05d}.jpg": (
                    f"{frames}/classSegmentation/Camera_0/classgt_{i:05d}.png"
                )
                for i, frames in enumerate(
                    ("Scene01/clone/frames", "Scene20/15-deg-left/frames")
                )
            }
        },
        {
            (210, 0, 200): "terrain",
            (90, 200, 255): "sky",
            (0, 199, 0): "vegetation",
            (90, 240, 0): "vegetation",
            (100, 60, 100): "road",
            (250, 100, 255): None,
            (255, 130, 0): "pole",
            (0, 139, 139): "car",
            (80, 80, 80): None,
        },
        stranger=(1, 2, 3),
        kind="colours",
        decoys=(
            "Scene01/clone/frames/rgb/Camera_1/rgb_00000.jpg",
            "Scene01/clone/frames/depth/Camera_0/depth_00000.png",
            "Scene01/clone/info.txt",
        ),
    ),
}


def write(name: str, root: Path) -> Path:
    """Writes the miniature of a data set; returns its root."""
    miniature = MINIATURES[name]
    for decoy in miniature.decoys:
        (root / decoy).parent.mkdir(parents=True, exist_ok=True)
        (root / decoy).touch()
    for pairs in miniature.pairs.values():
        for number, (image, label) in enumerate(pairs.items()):
            write_image(root / image, SIZE, value=10 * number)
            if label is not None:
                write_raw(root / label, miniature.kind, list(miniature.raw))
    return root


def write_raw(path: Path, kind: str, row: list) -> Path:
    """Writes a label each row of which repeats `row`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = (row * SIZE[1])[: SIZE[1]]
    if kind == "grey":
        return write_label(path, [cells] * SIZE[0])
    if kind == "deep":
        # Class, instance (of any number), nothing; big-endian as in PNG.
        pixels = [[cell, 1000 + i, 0] for i, cell in enumerate(cells)]
        packed = np.asarray(pixels, ">u2").tobytes()
        rows = [packed] * SIZE[0]
        return write_png(path, rows, width=SIZE[1], bits=16, colour_type=2)
    picture = Image.fromarray(np.asarray([cells] * SIZE[0], np.uint8))
    if kind == "palette":
        picture.putpalette([(7 * i) % 256 for i in range(768)])
    picture.save(path)
    return path
