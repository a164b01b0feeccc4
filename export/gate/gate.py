"""The gate: Keras and every artefact on the same images.

Two views of the images exist. A SavedModel takes them as they are and gives
class maps of their own size; a `.tflite` of size (H, W) takes them resized
and gives maps of that size, so there labels are resized too (nearest). Each
is compared with Keras on its own view.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.datasets.files.resizing import resize_label
from tf_advseg.export.artefacts.exporter import CONVERTER
from tf_advseg.export.artefacts.exporter import QUANTIZER
from tf_advseg.export.artefacts.exporter import TENSORFLOW
from tf_advseg.export.artefacts.exporter import TF2ONNX
from tf_advseg.export.artefacts.exporter import Artefact
from tf_advseg.export.artefacts.exporter import HomeImages
from tf_advseg.export.artefacts.saved_model_runtime import SavedModelRuntime
from tf_advseg.export.gate import processes
from tf_advseg.export.gate import stages
from tf_advseg.export.gate.operators import read_operators
from tf_advseg.export.gate.verdict import Finding
from tf_advseg.export.gate.verdict import first_diverging
from tf_advseg.metrics import iou as metrics
from tf_advseg.networks.ensemble import Ensemble

_KERAS = "tf_advseg.export.gate.keras_process"
_SAVED_MODEL = "tf_advseg.export.gate.saved_model_process"
_TFLITE = "tf_advseg.export.gate.tflite_process"
_ONNX = "tf_advseg.export.gate.onnx_process"
_PROCESSES = {
    TENSORFLOW: _SAVED_MODEL,
    CONVERTER: _TFLITE,
    QUANTIZER: _TFLITE,
    TF2ONNX: _ONNX,
}


class Gate:
    """Measures artefacts against Keras.

    Args:
        images: What all of them see.
        models: `paths`, `weights` and `combine` of the Keras models.
        ensemble: The same, loaded, to look at their stages.
        class_names: C names.
        folder: For the exchange with the processes.
        threads: Of each process.
        batch_size: Images that a SavedModel is also asked for at once.
    """

    def __init__(
        self,
        images: HomeImages,
        models: dict[str, Any],
        ensemble: Ensemble,
        class_names: Sequence[str],
        folder: Path,
        threads: int,
        batch_size: int,
    ):
        self._images = images
        self._models = models
        self._ensemble = ensemble
        self._class_names = class_names
        self._folder = folder
        self._threads = str(threads)
        self._batch_size = str(batch_size)
        self._keras: dict[Any, processes.Measured] = {}
        self._jobs = 0

    def examine(self, artefact: Artefact) -> Finding:
        """Runs one artefact and compares it."""
        view = self._view(artefact)
        keras = self._keras_on(artefact)
        module = _PROCESSES[artefact.made_by]
        arguments = [str(artefact.path)]
        if artefact.is_saved_model:
            arguments.append(self._batch_size)
        found = self._run(module, view, arguments)
        errors = self._stage_errors(artefact, view[0])
        agreement = _agreement(found.classes, keras.classes)
        confusion, expected = (
            self._confusion(m.classes) for m in (found, keras)
        )
        operators = None
        faults = []
        if artefact.is_saved_model:
            batch = found.facts["batch_agreement"]
            if batch < 1:
                faults.append(f"a batch that differs from its images ({batch})")
        elif module == _TFLITE:
            operators = read_operators(artefact.path)
            faults += operators.faults()
        return Finding(
            name=artefact.name,
            made_by=artefact.made_by,
            precision=artefact.precision,
            size=None if artefact.is_saved_model else artefact.size,
            megabytes=_bytes(artefact.path) / 1e6,
            agreement=agreement,
            miou=_miou(confusion),
            miou_change=_change(confusion, expected),
            iou_change=self._class_changes(confusion, expected),
            latency=found.latency(),
            peak_memory_mb=found.facts["peak_memory_mb"],
            stages=errors,
            first_diverging=first_diverging(
                errors, artefact.precision, agreement
            ),
            operators=operators.counts if operators else None,
            partitions=operators.partitions if operators else None,
            faults=tuple(faults),
        )

    def keras_facts(self) -> dict[str, Any]:
        """What Keras itself reached and took, after `examine`."""
        first = next(iter(self._keras.values()))
        return {
            "miou": {
                name: _miou(self._confusion(measured.classes))
                for (name, _), measured in self._keras.items()
            },
            "latency": first.latency(),
            "peak_memory_mb": first.facts["peak_memory_mb"],
        }

    def image_facts(self) -> dict[str, Any]:
        """Which images these are."""
        return {
            "domain": self._images.domain,
            "split": self._images.split,
            "num_images": len(self._images.images),
            "labelled": self._images.labels is not None,
        }

    def _view(self, artefact):
        size = None if artefact.is_saved_model else artefact.size
        return self._images.resized(size)

    def _keras_on(self, artefact):
        """Keras on an artefact's view; once for each."""
        view = (
            "own"
            if artefact.is_saved_model
            else "x".join(map(str, artefact.size))
        )
        # Of a view of one size, Keras resizes nothing.
        size = artefact.size if artefact.is_saved_model else None
        if (view, size) not in self._keras:
            models = json.dumps({**self._models, "size": size})
            self._keras[view, size] = self._run(
                _KERAS, self._view(artefact), [models]
            )
        return self._keras[view, size]

    def _run(self, module, images, arguments):
        self._jobs += 1
        job = self._folder / f"job{self._jobs}"
        return processes.run_in_fresh_process(
            module, job, images, [*arguments, self._threads]
        )

    def _stage_errors(self, artefact, image):
        """Relative error of each stage on one image."""
        if artefact.made_by == TF2ONNX:
            return {}
        if artefact.is_saved_model:
            found = SavedModelRuntime(artefact.path).stages(image)
            resized = self._images_as_network(image, artefact.size)
        else:
            found = stages.tflite_stages(artefact.path, image)
            resized = image
        expected = self._ensemble.stages(
            resized[None].astype(np.float32), image.shape[:2]
        )
        expected = {name: value.numpy() for name, value in expected.items()}
        expected["resized"] = resized[None]
        return {
            name: stages.relative_error(
                found[name].astype(np.float64), expected[name]
            )
            for name in stages.STAGES
            if name in found and name in expected
        }

    def _images_as_network(self, image, size):
        one = HomeImages("", "", [image])
        return one.resized(size)[0]

    def _confusion(self, class_maps):
        if self._images.labels is None:
            return None
        count = len(self._class_names)
        return sum(
            metrics.confusion_matrix(
                resize_label(label, classes.shape), classes, count
            )
            for label, classes in zip(
                self._images.labels, class_maps, strict=True
            )
        )

    def _class_changes(self, confusion, expected):
        if confusion is None:
            return None
        changes = 100 * (
            metrics.iou_per_class(confusion) - metrics.iou_per_class(expected)
        )
        return {
            name: None if np.isnan(change) else float(change)
            for name, change in zip(self._class_names, changes, strict=True)
        }


def _agreement(found, expected):
    """Percent of the pixels of all images with equal classes."""
    same = sum(
        int(np.sum(a == b)) for a, b in zip(found, expected, strict=True)
    )
    return 100 * same / sum(classes.size for classes in expected)


def _miou(confusion):
    return None if confusion is None else 100 * metrics.mean_iou(confusion)


def _change(confusion, expected):
    if confusion is None:
        return None
    return _miou(confusion) - _miou(expected)


def _bytes(path):
    """Size of a file, or of all files in a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
