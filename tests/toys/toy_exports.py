"""Photos, and what annotation tools could have exported of their labels."""

import json
import zipfile
from pathlib import Path

import numpy as np
import yaml
from PIL import Image
from toy_domains import write_image

from tf_advseg.commands import import_labels
from tf_advseg.settings.import_labels import ImportSettings

SIZE = (5, 6)
BLANK = np.full(SIZE, 255, np.uint8)


def photos(folder: Path, names=("a.png", "b.png"), size=SIZE) -> Path:
    """Writes images, each of one grey."""
    for number, name in enumerate(names):
        write_image(folder / name, size, value=10 * number)
    return folder


def coco(path: Path, annotations, names=("a.png",), categories=("road", "car")):
    """Writes a COCO file; annotations lack an id and, if of 1, an image."""
    images = [
        {"id": i, "file_name": name, "height": SIZE[0], "width": SIZE[1]}
        for i, name in enumerate(names, 1)
    ]
    whole = {
        "images": images,
        "annotations": [
            {"id": i, "image_id": 1, **one}
            for i, one in enumerate(annotations, 1)
        ],
        "categories": [
            {"id": i, "name": name} for i, name in enumerate(categories, 1)
        ],
    }
    path.write_text(json.dumps(whole))
    return path


def box(left, top, right, bottom) -> list[float]:
    """The polygon around whole pixels, right and bottom not among them."""
    return [left, top, right, top, right, bottom, left, bottom]


def painted(*pieces) -> np.ndarray:
    """A label by hand: (class, rows, columns), later ones on top."""
    label = BLANK.copy()
    for index, rows, columns in pieces:
        label[slice(*rows), slice(*columns)] = index
    return label


def run(export, tmp_path: Path, **settings):
    """Imports; returns the status, what was said, and the folder."""
    said: list[str] = []
    settings = {"images": str(tmp_path / "photos"), **settings}
    out = tmp_path / "out"
    made = ImportSettings(out=str(out), **settings)
    status = import_labels.run([str(export)], made, said.append)
    return status, "\n".join(said), out


def label(folder: Path, name="a.png") -> np.ndarray:
    """What was written as the label of an image."""
    with Image.open(folder / "labels" / name) as picture:
        assert picture.mode == "L"
        return np.array(picture)


def packed(path: Path, files: dict[str, bytes | str | Path]) -> Path:
    """Writes a zip of bytes, texts and files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in files.items():
            data = value.read_bytes() if isinstance(value, Path) else value
            archive.writestr(name, data)
    return path


def classes(folder: Path) -> dict:
    """The class map that was written."""
    return yaml.safe_load((folder / "classes.yaml").read_text())
