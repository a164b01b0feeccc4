"""Folders of finished runs, made without training."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import toy_segmenter
from PIL import Image

import tf_advseg
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

CLASS_MAP = (
    "name: colours\nclasses:\n"
    "  - {name: red, id: 0, color: [200, 0, 0]}\n"
    "  - {name: green, id: 1, color: [0, 200, 0]}\n"
    "  - {name: blue, id: 2, color: [0, 0, 200]}\n"
)


def write_domain(
    root: Path, num_images=6, size=(16, 32), labelled=True, noise=60
) -> Path:
    """Writes a folder of stripes of red, green and blue with noise."""
    generator = np.random.default_rng(0)
    for index in range(num_images):
        stripes = np.arange(size[1]) * 3 // size[1]
        label = np.tile(np.roll(stripes, index), (size[0], 1)).astype(np.uint8)
        dirt = generator.integers(0, noise + 1, (*size, 3))
        image = np.clip(toy_segmenter.paint(label) // 2 + dirt, 0, 255)
        save(root / "images" / f"{index:04d}.png", image)
        if labelled:
            save(root / "labels" / f"{index:04d}.png", label)
    (root / "classes.yaml").write_text(CLASS_MAP)
    return root


def save(path: Path, picture) -> None:
    """Writes a picture and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(picture, np.uint8)).save(path)


def write_run(
    folder: Path,
    method: str,
    source: Path,
    target: Path,
    size=(16, 32),
    factors=(1.0, 1.0, 1.0),
    **changes,
) -> Path:
    """Writes the folder of a run whose segmenter tells colours apart.

    `factors` other than 1 make it worse.
    """
    folder.mkdir(parents=True)
    own = {
        "method": method,
        "source": str(source),
        "target": str(target),
        "steps": 1,
        "run": str(folder),
    }
    settings = TrainSettings(**PLAIN | own | changes)
    text = json.dumps(dataclasses.asdict(settings))
    (folder / "config.json").write_text(text)
    facts = {"tf_advseg": tf_advseg.__version__, "command": ["train", "--x=1"]}
    (folder / "environment.json").write_text(json.dumps(facts))
    toy_segmenter.save_colour_segmenter(
        folder / "last.keras", image_size=list(size), factors=factors
    )
    return folder
