"""What a model says about one image, and its picture."""

import dataclasses
import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg import pictures
from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.prediction.outputs import PredictionWriter
from tf_advseg.prediction.outputs import output_path
from tf_advseg.prediction.stream import Prediction
from tf_advseg.settings.parts.places import parse_kinds

FILE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""Where `save` writes a picture; all else is a folder."""
NOTEBOOK_SIDE = 1024
"""The longest side in a notebook, in pixels: a photo would fill the file."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What a model says about one image.

    Attributes:
        name: Of the image: its file without the suffix.
        image: uint8 `(H, W, 3)`, RGB, upright.
        classes: Train ids, uint8 `(H, W)`; `class_names[i]` is the name of i.
        entropy: Normalised entropy of each pixel, 0 (sure) to 1, float32
            `(H, W)`.
        class_names: C names.
        palette: One RGB colour (0-255) a class.
    """

    prediction: Prediction
    class_names: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]

    @property
    def name(self) -> str:
        return self.prediction.name

    @property
    def image(self) -> np.ndarray:
        return self.prediction.image

    @property
    def classes(self) -> np.ndarray:
        return self.prediction.classes

    @property
    def entropy(self) -> np.ndarray:
        assert self.prediction.entropy is not None
        return self.prediction.entropy

    @property
    def confidence(self) -> np.ndarray:
        """The probability of each pixel's class, float32 `(H, W)`.

        Raises:
            ValueError: If the model, a `.tflite`, does not tell it.
        """
        if self.prediction.confidence is None:
            raise ValueError(
                "A .tflite file tells classes and entropy but no confidence; "
                "load the run, its .keras file or a SavedModel for it."
            )
        return self.prediction.confidence

    def shares(self) -> dict[str, float]:
        """Returns the share of the pixels (0-1) of each class that occurs.

        The largest comes first.
        """
        counts = np.bincount(self.classes.ravel())
        order = np.argsort(-counts, kind="stable")
        return {
            self.class_names[i]: float(counts[i] / self.classes.size)
            for i in order
            if counts[i]
        }

    def plot(self, legend: bool = True) -> Image.Image:
        """Returns the classes painted over the image.

        Args:
            legend: Whether the classes that occur are named below it, with
                their shares in percent.

        Returns:
            An RGB Pillow image; without a legend of the image's size.
        """
        return self._picture(legend)

    def save(
        self, where: str | os.PathLike, kinds: str = "classes,overlay"
    ) -> list[Path]:
        """Writes the picture, or the files that `tf_advseg predict` writes.

        Args:
            where: A picture file (`.png`, `.jpg`) gets `plot()`; anything
                else is a folder, which is made.
            kinds: In a folder: of classes, ids, overlay and entropy,
                separated by commas.

        Returns:
            The paths written. None is ever there half-written.

        Raises:
            ValueError: If a kind does not exist.
            DataError: If the folder is a file.
        """
        path = Path(where)
        if path.suffix.lower() in FILE_SUFFIXES and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(path) as temporary:
                self.plot().save(temporary, quality=90)  # Of a JPEG.
            return [path]
        check_is_no_file(path)
        chosen = parse_kinds(kinds)
        PredictionWriter(path, chosen, self.palette).write(self.prediction)
        return [output_path(path, kind, self.name) for kind in chosen]

    def __repr__(self) -> str:
        height, width = self.classes.shape
        seen = ", ".join(list(self._said())[:3])
        return f"Result({self.name!r}, {height}x{width}: {seen})"

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        data = io.BytesIO()
        self._picture(legend=True, most=NOTEBOOK_SIDE).save(data, "PNG")
        return data.getvalue()

    def _picture(self, legend: bool, most: int | None = None) -> Image.Image:
        """As `plot`, its longest side of so many pixels at most."""
        painted = Image.fromarray(
            pictures.overlay(self.image, self.classes, self.palette)
        )
        if most:
            painted.thumbnail((most, most))
        if not legend:
            return painted
        colours = dict(zip(self.class_names, self.palette, strict=True))
        key = pictures.legend(
            list(self._said()),
            [colours[name] for name in self.shares()],
            width=painted.width,
        )
        return Image.fromarray(pictures.stacked([np.array(painted), key]))

    def _said(self) -> Iterator[str]:
        for name, share in self.shares().items():
            yield f"{name} {100 * share:.1f} %"


def check_is_no_file(path: Path) -> None:
    """Raises `DataError` if outputs cannot go into a folder of this name."""
    if path.is_file():
        raise DataError(
            f"{str(path)!r} is a file; expected a folder for the outputs, or "
            f"the name of a picture ({', '.join(FILE_SUFFIXES)})."
        )
