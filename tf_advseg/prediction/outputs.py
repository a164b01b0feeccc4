"""Where predictions go, and in which form.

    OUT/ids/NAME.png       grey, the pixel's value is the train id
    OUT/classes/NAME.png   the same ids in palette colours: it shows colours,
                           and Pillow still reads the ids
    OUT/overlay/NAME.jpg   the classes painted over the image
    OUT/entropy/NAME.png   palette, index / 255 = normalised entropy
    OUT/legend.png         what the colours mean
    OUT/predictions.json   what the ids mean, and what was skipped

Each file is written under another name first and then moved, so an
interrupted run leaves no half picture.
"""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tf_advseg import pictures
from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.prediction.inputs import InputFile
from tf_advseg.prediction.stream import Prediction

LEGEND_FILE = "legend.png"
SUMMARY_FILE = "predictions.json"


def output_path(out: Path, kind: str, name: str) -> Path:
    """Returns where one output of the input called `name` goes."""
    suffix = ".jpg" if kind == "overlay" else ".png"
    return out / kind / f"{name}{suffix}"


def check_outputs(
    files: Sequence[InputFile], out: Path, kinds: Sequence[str]
) -> None:
    """Raises `DataError` if outputs would meet each other or an input."""
    by_name = {}
    for file in files:
        other = by_name.setdefault(file.name, file)
        if other is not file:
            raise DataError(
                f"The outputs of {str(other.path)!r} and {str(file.path)!r} "
                f"would both be called {file.name!r}; rename one of them."
            )
    inputs = {file.path.resolve() for file in files}
    outputs = [out / LEGEND_FILE]
    outputs += [output_path(out, k, f.name) for f in files for k in kinds]
    for path in outputs:
        if path.resolve() in inputs:
            raise DataError(
                f"The output {str(path)!r} would overwrite an input; choose "
                "another --out."
            )


class PredictionWriter:
    """Writes predictions of images; safe to call from several threads.

    Args:
        out: The folder; subfolders are made.
        kinds: Of `KINDS`.
        palette: One RGB colour a class.
    """

    def __init__(
        self,
        out: Path,
        kinds: Sequence[str],
        palette: Sequence[Sequence[int]],
    ):
        self._out = out
        self._kinds = kinds
        self._palette = palette

    def write(self, prediction: Prediction) -> None:
        """Writes all kinds of one prediction."""
        for kind in self._kinds:
            path = output_path(self._out, kind, prediction.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            picture = drawn(kind, prediction, self._palette)
            with atomic_path(path, durable=False) as temporary:
                picture.save(temporary, quality=90)  # Of a JPEG.


def drawn(
    kind: str, prediction: Prediction, palette: Sequence[Sequence[int]]
) -> Image.Image:
    """Returns a prediction as the picture of a kind."""
    if kind == "overlay":
        image, classes = prediction.image, prediction.classes
        return Image.fromarray(pictures.overlay(image, classes, palette))
    indices, table = prediction.classes, None
    if kind == "classes":
        table = pictures.palette_table(palette)
    elif kind == "entropy":
        assert prediction.entropy is not None
        indices = pictures.entropy_steps(prediction.entropy)
        table = pictures.entropy_palette()
    picture = Image.fromarray(indices)
    if table is not None:
        picture.putpalette(table.ravel().tolist())
    return picture
