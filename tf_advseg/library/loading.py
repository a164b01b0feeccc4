"""From a path to a model: what lies there decides what it is."""

import os
from pathlib import Path

from tf_advseg import starter
from tf_advseg.base.checks import DataError
from tf_advseg.export.artefacts.predictors import KerasPredictor
from tf_advseg.export.artefacts.predictors import SavedModelPredictor
from tf_advseg.export.artefacts.predictors import TFLitePredictor
from tf_advseg.library.model import Model
from tf_advseg.networks.model_file import segmenter_file
from tf_advseg.settings.export import SAVED_MODEL

EXPECTED = (
    "a run's folder, a .keras or .tflite file, a SavedModel's folder, or the "
    "folder of an export"
)


def load(path: str | os.PathLike) -> Model:
    """Loads a trained or exported model.

    Args:
        path: A run's folder (its `best.keras`, or else `last.keras`), a
            `.keras` file, a `.tflite`, a SavedModel's folder, or the folder
            of an export: then its SavedModel, or its only `.tflite`. Or
            "streets", if there is nothing of that name: the model that comes
            with the package, which learned from drawn streets.

    Raises:
        ValueError: If there is none, or it cannot be used; says why.

    Example:
        >>> model = load("runs/RUN")  # doctest: +SKIP
        >>> model("photo.jpg").plot()  # doctest: +SKIP
    """
    path = Path(starter.find(os.fspath(path)))
    if not path.exists():
        raise DataError(
            f"There is no model {str(path)!r}; expected {EXPECTED}."
        )
    found = _found(path)
    if found.is_dir():
        return Model(found, SavedModelPredictor(found))
    if found.suffix == ".tflite":
        return Model(found, TFLitePredictor(found))
    return Model(path, KerasPredictor(found))


def _found(path: Path) -> Path:
    """The file, or SavedModel, that a path stands for."""
    if path.is_file():
        if path.suffix not in (".keras", ".tflite"):
            raise DataError(
                f"{str(path)!r} is no model by its name; expected {EXPECTED}."
            )
        return path
    for folder in (path, path / SAVED_MODEL):
        if (folder / "saved_model.pb").is_file():
            return folder
    files = sorted(path.glob("*.tflite"))
    if len(files) > 1:
        names = ", ".join(file.name for file in files)
        raise DataError(
            f"{str(path)!r} holds {names}; give one of these files."
        )
    return files[0] if files else segmenter_file(path)
