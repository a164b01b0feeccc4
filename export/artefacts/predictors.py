"""What predicts behind a loaded model: Keras, a `.tflite`, a SavedModel.

Each hands on to what `predict` and `evaluate`, or the device's runner, use.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from typing import Protocol

import numpy as np
import tensorflow as tf

from tf_advseg.base.files import checksums
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.files.model_facts import check_facts
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.evaluation.evaluating import evaluate_predictions
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.images.resizing import resize_classes
from tf_advseg.export.edge.network import Network
from tf_advseg.export.formats.format import MOST_ENTROPY
from tf_advseg.export.formats.saved_model import METADATA_FILE
from tf_advseg.export.formats.saved_model import SavedModelRuntime
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.prediction.stream import Fault
from tf_advseg.prediction.stream import Picture
from tf_advseg.prediction.stream import Prediction
from tf_advseg.prediction.stream import predict_pictures

Stream = Iterator[Prediction | Fault]


class Predictor(Protocol):
    """What a `Model` asks for."""

    @property
    def kind(self) -> str:
        """What runs it, in words."""
        ...

    @property
    def facts(self) -> dict[str, Any]:
        """What the file says of itself."""
        ...

    @property
    def size(self) -> tuple[int, int] | None:
        """(H, W) that pictures are resized to before they come; None: not."""
        ...

    def stream(
        self, pictures: Iterable[Picture | Fault], batch_size: int
    ) -> Stream:
        """Predicts pictures in order; faults pass through."""
        ...

    def evaluation(
        self, domain: Domain, split: str, **options: Any
    ) -> Evaluation | Measurement:
        """Counts a split; `options` are `count_split`'s."""
        ...


class KerasPredictor:
    """A `.keras` file, or the chosen one of a run's folder."""

    kind = "Keras"

    def __init__(self, path: Path):
        loaded = load_ensemble([path])
        self._ensemble = loaded.ensemble
        (self.facts,) = loaded.metadata
        self.size = loaded.image_size

    def stream(
        self, pictures: Iterable[Picture | Fault], batch_size: int
    ) -> Stream:
        return predict_pictures(
            self._ensemble,
            pictures,
            with_entropy=True,
            with_confidence=True,
            batch_size=batch_size,
        )

    def evaluation(
        self, domain: Domain, split: str, **options: Any
    ) -> Evaluation | Measurement:
        look = evaluate_segmenter if domain.has_labels(split) else measure
        return look(self._ensemble, domain, split, size=self.size, **options)


class _ArtefactPredictor:
    """An exported file: one image at a time, uint8 in."""

    kind: str
    facts: dict[str, Any]
    size: tuple[int, int] | None

    def __init__(self, maps: Callable[[np.ndarray], tuple[np.ndarray, ...]]):
        self._maps = maps

    @property
    def num_classes(self) -> int:
        return len(self.facts["classes"])

    def stream(
        self, pictures: Iterable[Picture | Fault], batch_size: int
    ) -> Stream:
        del batch_size  # Of Keras; it changes no number.
        for picture in pictures:
            if isinstance(picture, Fault):
                yield picture
                continue
            size = picture.image.shape[:2]
            classes, entropy, *more = self._maps(picture.resized)
            yield Prediction(
                picture.name,
                picture.image,
                resize_classes(classes, size),
                _resized(entropy, size),
                more[0] if more else None,
            )

    def evaluation(
        self, domain: Domain, split: str, **options: Any
    ) -> Evaluation:
        if not domain.has_labels(split):
            raise ValueError(
                f"Split {split!r} of {domain.name!r} has no labels, and an "
                "exported file can only be evaluated against some; load the "
                "run or its .keras file to measure entropies and shares."
            )
        return evaluate_predictions(
            self._classes, self, domain, split, size=self.size, **options
        )

    def _classes(self, images, size) -> tuple[np.ndarray]:
        maps = (self._maps(image.astype(np.uint8))[0] for image in images)
        return (np.stack([resize_classes(one, size) for one in maps]),)


class TFLitePredictor(_ArtefactPredictor):
    """A `.tflite` file, as `tf_advseg_edge.pyz` runs it."""

    kind = "LiteRT"

    def __init__(self, path: Path):
        checksums.check(path)
        artefact = read_artefact(path)
        self.facts, self.size = artefact.metadata, artefact.size
        network = Network(artefact)

        def maps(image):
            found = network.predict(image)
            entropy = found.entropy.astype(np.float32) / MOST_ENTROPY
            return found.classes, entropy

        super().__init__(maps)


class SavedModelPredictor(_ArtefactPredictor):
    """A SavedModel's folder; it resizes inside."""

    kind = "SavedModel"
    size = None

    def __init__(self, folder: Path):
        checksums.check(folder)
        metadata = folder / METADATA_FILE
        advice = "export the model with tf_advseg, or copy it again"
        self.facts = read_object(metadata, "The SavedModel's table", advice)
        check_facts(repr(str(metadata)), self.facts, ("classes", "palette"))
        super().__init__(SavedModelRuntime(folder).maps)


def _resized(entropy: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """An entropy map `(h, w)`, corners aligned, at `size` (H, W)."""
    if entropy.shape == tuple(size):
        return entropy
    maps = tf.constant(entropy[np.newaxis, ..., np.newaxis])
    return np.asarray(resize_corners_aligned(maps, size))[0, ..., 0]
