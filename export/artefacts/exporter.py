"""From trained models to artefacts, in a folder where they get no name yet.

The workshop holds every way of making an artefact in a folder of its own,
`converter/model_int8.tflite` beside `litert-quantizer/model_int8.tflite`;
the gate says which of them is published under its final name.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.export.artefacts import fixed_shape
from tf_advseg.export.artefacts import onnx_model
from tf_advseg.export.artefacts import quantizer
from tf_advseg.export.artefacts import saved_model
from tf_advseg.export.artefacts import tflite
from tf_advseg.export.artefacts.drift_reference import ReferenceCounter
from tf_advseg.export.artefacts.metadata import append_metadata
from tf_advseg.export.artefacts.saved_model_runtime import SavedModelRuntime
from tf_advseg.export.artefacts.tflite_runtime import TFLiteRuntime
from tf_advseg.networks.ensemble import Ensemble

SAVED_MODEL = "saved_model"
TENSORFLOW = "tensorflow"
CONVERTER = "converter"
QUANTIZER = "litert-quantizer"
TF2ONNX = "tf2onnx"


@dataclasses.dataclass(frozen=True, eq=False)
class HomeImages:
    """Images of the domain that a model was adapted to.

    Attributes:
        domain: Its name.
        split: The split they are from.
        images: uint8 `(H, W, 3)`, each at its own size.
        labels: uint8 `(H, W)` train ids, or None.
        keys: What the domain calls them; () where nobody needs to know.
    """

    domain: str
    split: str
    images: Sequence[np.ndarray]
    labels: Sequence[np.ndarray] | None = None
    keys: Sequence[str] = ()

    def resized(self, size: tuple[int, int] | None) -> list[np.ndarray]:
        """The images at one size, bicubic, as in training."""
        return [resize_image(i, size or i.shape[:2]) for i in self.images]


@dataclasses.dataclass(frozen=True)
class Artefact:
    """One thing that was written.

    Attributes:
        name: The final name of its file or folder, `model_int8.tflite` say.
        path: Where it lies now.
        made_by: "tensorflow", "converter", "litert-quantizer", "tf2onnx".
        precision: "float32" of a SavedModel.
        size: (H, W) of its images; of a SavedModel's, that which they are
            resized to inside, or None.
    """

    name: str
    path: Path
    made_by: str
    precision: str
    size: tuple[int, int] | None

    @property
    def is_saved_model(self) -> bool:
        return self.made_by == TENSORFLOW


class Exporter:
    """Writes artefacts of one predictor.

    Args:
        ensemble: The predictor.
        facts: What the metadata of every artefact says.
        home: Images that references are measured on.
        folder: The workshop.
        makers: Who makes files of fewer bits: CONVERTER, QUANTIZER.
        threads: For calibration and measuring.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        facts: dict[str, Any],
        home: HomeImages,
        folder: Path,
        makers: Sequence[str] = (CONVERTER,),
        threads: int = 2,
    ):
        self._ensemble = ensemble
        self._facts = facts
        self._home = home
        self._folder = folder
        self._makers = makers
        self._threads = threads

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
        return Artefact(SAVED_MODEL, path, TENSORFLOW, "float32", size)

    def tflite(
        self,
        size: tuple[int, int],
        precisions: Sequence[str],
        calibration: HomeImages,
        with_size: bool = False,
    ) -> list[Artefact]:
        """Writes the `.tflite` files of one size, in every way of making.

        Args:
            size: (H, W).
            precisions: Of `tflite.PRECISIONS`.
            calibration: Images for 8-bit activations.
            with_size: Whether file names tell the size.
        """
        suffix = _suffix(size, with_size)
        source = self._folder / f"fixed_shape{suffix}"
        fixed_shape.write_fixed_shape(self._ensemble, size, source)
        exact = tflite.convert(source, "float32")
        images = calibration.resized(size)
        artefacts = []
        for precision in precisions:
            name = f"model_{precision}{suffix}.tflite"
            for maker in self._makers_of(precision):
                if precision == "float32":
                    model = exact
                elif maker == CONVERTER:
                    model = tflite.convert(source, precision, lambda: images)
                else:
                    model = quantizer.quantize(
                        exact, precision, images, self._threads
                    )
                path = self._folder / maker / name
                self._write(model, path, precision, size)
                artefacts.append(Artefact(name, path, maker, precision, size))
        return artefacts

    def onnx(self, size: tuple[int, int], with_size: bool = False) -> Artefact:
        """Writes the ONNX file of one size; arguments as for `tflite`."""
        name = f"model{_suffix(size, with_size)}.onnx"
        path = self._folder / TF2ONNX / name
        path.parent.mkdir(exist_ok=True)
        model = onnx_model.convert(self._ensemble, size)
        path.write_bytes(model)
        runtime = onnx_model.OnnxRuntime(path, self._threads)
        reference = self._measure(runtime, self._home.resized(size))
        metadata = self._metadata("onnx", "float32", size, reference)
        path.write_bytes(onnx_model.with_metadata(model, metadata))
        return Artefact(name, path, TF2ONNX, "float32", size)

    def _makers_of(self, precision):
        return (CONVERTER,) if precision == "float32" else self._makers

    def _write(self, model, path, precision, size):
        """Writes a flatbuffer, measures it, and adds what that gave."""
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(model)
        runtime = TFLiteRuntime(path, self._threads)
        reference = self._measure(runtime, self._home.resized(size))
        metadata = self._metadata("tflite", precision, size, reference)
        path.write_bytes(append_metadata(model, metadata))

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


def _suffix(size, with_size):
    """What a file's name says of its size."""
    return f"_{size[0]}x{size[1]}" if with_size else ""
