"""From trained models to artefacts, in a folder where they get no name yet.

`export` writes every format into a workshop folder; what is good there is
published (`tf_advseg.export_publishing`) under its final name.
"""

import dataclasses
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.datasets.resizing import resize_image
from tf_advseg.ensemble import Ensemble
from tf_advseg.export import fixed_shape
from tf_advseg.export import saved_model
from tf_advseg.export import tflite
from tf_advseg.export.drift_reference import ReferenceCounter
from tf_advseg.export.metadata import append_metadata
from tf_advseg.export.runtimes import SavedModelRuntime
from tf_advseg.export.runtimes import TFLiteRuntime

SAVED_MODEL = "saved_model"


@dataclasses.dataclass(frozen=True, eq=False)
class HomeImages:
    """Images of the domain that a model was adapted to.

    Attributes:
        domain: Its name.
        split: The split they are from.
        images: uint8 `(H, W, 3)`, each at its own size.
    """

    domain: str
    split: str
    images: Sequence[np.ndarray]

    def resized(self, size: tuple[int, int] | None) -> list[np.ndarray]:
        """The images at one size, bicubic, as in training."""
        return [resize_image(i, size or i.shape[:2]) for i in self.images]


@dataclasses.dataclass(frozen=True)
class Artefact:
    """One thing that was written.

    Attributes:
        name: Of its file or folder, `model_int8.tflite` say.
        path: Where it lies now.
        kind: "saved_model" or "tflite".
        precision: Of a `.tflite`; "float32" of a SavedModel.
        size: (H, W) of a `.tflite`'s images; of a SavedModel, that which
            images are resized to inside, or None.
    """

    name: str
    path: Path
    kind: str
    precision: str
    size: tuple[int, int] | None


class Exporter:
    """Writes artefacts of one predictor.

    Args:
        ensemble: The predictor.
        facts: What the metadata of every artefact says.
        home: Images that references are measured on.
        folder: The workshop.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        facts: dict[str, Any],
        home: HomeImages,
        folder: Path,
    ):
        self._ensemble = ensemble
        self._facts = facts
        self._home = home
        self._folder = folder

    def saved_model(
        self, size: tuple[int, int] | None, max_pixels: int
    ) -> Artefact:
        """Writes the SavedModel; `size` is (h, w) inside, None the image's."""
        path = self._folder / SAVED_MODEL
        module = saved_model.ServingModule(self._ensemble, size, max_pixels)
        saved_model.write_saved_model(module, path, {})
        reference = self._measure(SavedModelRuntime(path), self._home.images)
        metadata = self._metadata(SAVED_MODEL, "float32", size, reference)
        saved_model.write_metadata(path, metadata)
        return Artefact(SAVED_MODEL, path, SAVED_MODEL, "float32", size)

    def tflite(
        self,
        size: tuple[int, int],
        precisions: Sequence[str],
        calibration: Callable[[], Sequence[np.ndarray]],
        with_size: bool = False,
    ) -> list[Artefact]:
        """Writes the `.tflite` files of one size.

        Args:
            size: (H, W).
            precisions: Of `tflite.PRECISIONS`.
            calibration: Gives images of that size for 8-bit activations.
            with_size: Whether file names tell the size.
        """
        source = self._folder / "fixed_shape" / "x".join(map(str, size))
        fixed_shape.write_fixed_shape(self._ensemble, size, source)
        home = self._home.resized(size)
        return [
            self._tflite(source, size, precision, calibration, home, with_size)
            for precision in precisions
        ]

    def _tflite(self, source, size, precision, calibration, home, with_size):
        model = tflite.convert(source, precision, calibration)
        suffix = f"_{size[0]}x{size[1]}" if with_size else ""
        path = self._folder / f"model_{precision}{suffix}.tflite"
        path.write_bytes(model)
        reference = self._measure(TFLiteRuntime(path), home)
        metadata = self._metadata("tflite", precision, size, reference)
        path.write_bytes(append_metadata(model, metadata))
        return Artefact(path.name, path, "tflite", precision, size)

    def _measure(self, runtime, images):
        counter = ReferenceCounter(self._ensemble.num_classes)
        for image in images:
            counter.add(*runtime(image))
        return counter.reference(self._home.domain, self._home.split)

    def _metadata(self, kind, precision, size, reference):
        return {
            "format": 1,
            "kind": kind,
            "precision": precision,
            "size": list(size) if size else None,
            **self._facts,
            "preprocessing": "inside: RGB uint8 in",
            "reference": reference,
        }
