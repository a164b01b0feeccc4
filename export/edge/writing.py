"""Where predictions go.

    OUT/ids/NAME.png       grey, the pixel's value is the train id
    OUT/overlay/NAME.jpg   the classes painted over the image
    OUT/classes.json       what the ids mean, and their colours

Each file is written under another name first and then moved, so power that
fails leaves no half picture under a final name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from .artefact import Artefact
from .errors import EdgeError
from .temporary import temporary_path

KINDS = ("ids", "overlay")
_SUFFIXES = {"ids": ".png", "overlay": ".jpg"}
_STRENGTH = np.float32(0.5)


class PredictionWriter:
    """Writes the predictions of images.

    Args:
        out: The folder; it and its subfolders are made.
        kinds: Of `KINDS`.
        artefact: Its classes and palette are used.
    """

    def __init__(self, out: Path, kinds: Sequence[str], artefact: Artefact):
        self._out = out
        self._kinds = kinds
        self._colours = colour_table(artefact.palette)
        out.mkdir(parents=True, exist_ok=True)
        classes = [
            {"id": index, "name": name, "colour": list(colour)}
            for index, (name, colour) in enumerate(
                zip(artefact.classes, artefact.palette)
            )
        ]
        with temporary_path(out / "classes.json") as temporary:
            temporary.write_text(
                json.dumps(classes, indent=1) + "\n", encoding="utf-8"
            )

    def write(self, name: str, image: np.ndarray, classes: np.ndarray) -> None:
        """Writes one prediction.

        Args:
            name: Of the outputs, without a suffix.
            image: uint8 `(H, W, 3)`, RGB.
            classes: Train ids, uint8 `(H, W)`.
        """
        for kind in self._kinds:
            path = self._out / kind / f"{name}{_SUFFIXES[kind]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture = classes
            if kind == "overlay":
                picture = overlay(image, classes, self._colours)
            with temporary_path(path) as temporary:
                Image.fromarray(picture).save(temporary, quality=90)


def parse_kinds(text: str) -> tuple[str, ...]:
    """Reads `--save`: kinds separated by commas.

    Raises:
        EdgeError: If one does not exist, or there is none.
    """
    kinds = tuple(part.strip() for part in text.split(",") if part.strip())
    for kind in kinds or ("",):
        if kind not in KINDS:
            raise EdgeError(
                f"Unknown kind of output {kind!r} in --save {text!r}; choose "
                f"of {', '.join(KINDS)}."
            )
    return kinds


def colour_table(palette: Sequence[Sequence[int]]) -> np.ndarray:
    """Returns the colour of each of the 256 ids, uint8 `(256, 3)`."""
    table = np.zeros((256, 3), np.uint8)
    table[: len(palette)] = palette
    return table


def overlay(
    image: np.ndarray, classes: np.ndarray, colours: np.ndarray
) -> np.ndarray:
    """Returns the image, half covered by the colours of its classes."""
    mixed = (1 - _STRENGTH) * image + _STRENGTH * colours[classes]
    return np.rint(mixed).astype(np.uint8)
