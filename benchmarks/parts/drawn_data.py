"""Streets drawn as PNG files, in the layouts and sizes of real data sets."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.classes.class_sets import COLOURS

_STEM = "train/ulm/ulm_{:06d}_000019_"
LAYOUTS = {
    "gta5": ((1052, 1914), "images/{:05d}.png", "labels/{:05d}.png"),
    "cityscapes": (
        (1024, 2048),
        f"leftImg8bit/{_STEM}leftImg8bit.png",
        f"gtFine/{_STEM}gtFine_labelIds.png",
    ),
}
"""By name: (H, W), and the paths of an image and its label of a number."""


def draw(data: Path, num_images: int, names: Sequence[str]) -> None:
    """Writes images and labels of some data sets; what is there stays.

    Args:
        data: Where a folder of each is.
        num_images: Of each.
        names: Keys of `LAYOUTS`.
    """
    for name in names:
        size, image, label = LAYOUTS[name]
        # The camera's style for all: games are textured as photos are.
        streets = StreetsDomain("real", size=size, seed=len(name))
        ids = [CITYSCAPES_IDS.get(n, 0) for n in streets.class_set.names]
        table = np.array(ids + [0] * (256 - len(ids)), np.uint8)
        for number, key in enumerate(streets.keys("train")[:num_images], 1):
            path = data / name / image.format(number)
            if path.exists():
                continue
            picture = Image.fromarray(table[streets.read_label(key)])
            if name == "gta5":
                picture.putpalette(sum(COLOURS.values(), ()))
            _save(picture, data / name / label.format(number))
            _save(Image.fromarray(streets.read_image(key)), path)


def zip_files(folder: Path, archive: Path) -> None:
    """Packs all images and labels of a folder."""
    archive.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*.png")):
            packed.write(path, path.relative_to(folder))


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
