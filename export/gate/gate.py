"""The gate: Keras and every artefact on the same images.

Two views of the images exist. A format of any size (a SavedModel) takes them
as they are and gives class maps of their own size; a file of size (H, W) takes
them resized and gives maps of that size, so there labels are resized too
(nearest). Each is compared with Keras on its own view.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.datasets.files.resizing import resize_label
from tf_advseg.evaluation.bands import is_too_large
from tf_advseg.export import formats
from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.export.formats.format import Artefact
from tf_advseg.export.gate import intervals
from tf_advseg.export.gate import processes
from tf_advseg.export.gate import stages
from tf_advseg.export.gate.verdict import Finding
from tf_advseg.export.gate.verdict import first_diverging
from tf_advseg.metrics import iou as metrics
from tf_advseg.networks.ensemble import Ensemble

_KERAS = "tf_advseg.export.gate.keras_process"
_CORNER = (1024, 2048)
_ARTEFACT = "tf_advseg.export.gate.artefact_process"


class Gate:
    """Measures artefacts against Keras.

    Args:
        images: What all of them see.
        models: `paths`, `weights` and `combine` of the Keras models.
        ensemble: The same, loaded, to look at their stages.
        class_names: C names.
        folder: For the exchange with the processes.
        threads: Of each process.
        batch_size: Images that a format of batches is also asked for at once.
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
        its_format = formats.of_kind(artefact.kind)
        size = None if its_format.any_size else artefact.size
        view = self._images.resized(size)
        keras = self._keras_on(artefact, size)
        found = self._run(
            _ARTEFACT,
            view,
            [artefact.kind, str(artefact.path), self._batch_size],
        )
        errors = self._stage_errors(artefact, view[0])
        agreement = _agreement(found.classes, keras.classes)
        confusions = self._confusions(found.classes)
        confusion = _total(confusions)
        expected = _total(self._confusions(keras.classes))
        operators, faults = None, []
        if its_format.operators:
            operators = its_format.operators(artefact.path)
            faults += operators.faults()
        return Finding(
            name=artefact.name,
            made_by=artefact.made_by,
            precision=artefact.precision,
            size=size,
            megabytes=_bytes(artefact.path) / 1e6,
            agreement=agreement,
            miou=_miou(confusion),
            miou_interval=(
                None if confusions is None else intervals.of_miou(confusions)
            ),
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
            batch_pixels=found.facts.get("batch_pixels", 0),
            batch_differing=found.facts.get("batch_differing", 0),
        )

    def keras_facts(self) -> dict[str, Any]:
        """What Keras itself reached and took, after `examine`."""
        first, names = next(iter(self._keras.values())), self._class_names
        views = {
            name: self._confusions(found.classes)
            for (name, _), found in self._keras.items()
        }
        return {
            "miou": {name: _miou(_total(v)) for name, v in views.items()},
            "intervals": {
                name: None if v is None else intervals.of_all(v, names)
                for name, v in views.items()
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

    def _keras_on(self, artefact, size):
        """Keras on an artefact's view, of a size or None; once for each."""
        view = "x".join(map(str, size)) if size else "own"
        # Of a view of one size, Keras resizes nothing.
        inside = None if size else artefact.size
        if (view, inside) not in self._keras:
            models = json.dumps({**self._models, "size": inside})
            self._keras[view, inside] = self._run(
                _KERAS, self._images.resized(size), [models]
            )
        return self._keras[view, inside]

    def _run(self, module, images, arguments):
        self._jobs += 1
        job = self._folder / f"job{self._jobs}"
        return processes.run_in_fresh_process(
            module, job, images, [*arguments, self._threads]
        )

    def _stage_errors(self, artefact, image):
        """Relative error of each stage on one image."""
        look = formats.of_kind(artefact.kind).stages
        if look is None:
            return {}
        if is_too_large(self._ensemble, image.shape[:2]):
            # All its scores would be had several times; a corner tells.
            image = image[: _CORNER[0], : _CORNER[1]]
        found = look(artefact.path, image)
        # The view of a file of a fixed size has that size already.
        resized = resize_image(image, artefact.size or image.shape[:2])
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

    def _confusions(self, class_maps):
        """Of each image `(N, C, C)`; None without labels."""
        if self._images.labels is None:
            return None
        count = len(self._class_names)
        pairs = zip(self._images.labels, class_maps, strict=True)
        return np.stack(
            [
                metrics.confusion_matrix(
                    resize_label(label, classes.shape), classes, count
                )
                for label, classes in pairs
            ]
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


def _total(confusions):
    """Of all images together; None without labels."""
    return None if confusions is None else confusions.sum(axis=0)


def _miou(confusion):
    return None if confusion is None else 100 * metrics.mean_iou(confusion)


def _change(confusion, expected):
    reached, wanted = _miou(confusion), _miou(expected)
    return None if reached is None or wanted is None else reached - wanted


def _bytes(path):
    """Size of a file, or of all files in a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
