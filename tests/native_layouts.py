"""Published data sets in miniature: two images a split, in native layouts.

Paths and ids are written out here, not taken from the domains' rules, so
that a slip in a rule is seen.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from test_image_files import write_png
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
                "Tokyo/Images/Train/pano_00002_0_180.png": None,
            },
            "test": {
                "Tokyo/Images/Test/pano_00003_2_0.png": (
                    "Tokyo/Labels/Test/pano_00003_2_0_eval.png"
                ),
            },
        },
        {**CITYSCAPES, 100: None},
        stranger=None,
        decoys=("Rome/Images/Train/pano_00009_0_0.png",),
        options={"city": "Tokyo"},
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
