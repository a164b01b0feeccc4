"""A SavedModel, for TensorFlow Serving and TensorFlow."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tf_advseg.export.artefacts.workshop import Workshop
from tf_advseg.export.edge.artefact import MEMBER
from tf_advseg.export.formats.format import Artefact
from tf_advseg.export.formats.format import Format
from tf_advseg.export.formats.format import Order
from tf_advseg.export.graph.serving_module import ServingModule

KIND = "saved_model"
METADATA_FILE = f"assets.extra/{MEMBER}"


def write(workshop: Workshop, order: Order) -> list[Artefact]:
    """Writes the folder `saved_model`."""
    path = workshop.folder / KIND
    module = ServingModule(
        workshop.ensemble, order.size, order.settings.max_pixels
    )
    write_saved_model(module, path, {})
    reference = workshop.reference(
        SavedModelRuntime(path), workshop.home.images
    )
    write_metadata(
        path, workshop.metadata(KIND, "float32", order.size, reference)
    )
    return [
        Artefact(path.name, path, KIND, "tensorflow", "float32", order.size)
    ]


def write_saved_model(
    module: ServingModule, folder: Path, metadata: Mapping[str, Any]
) -> None:
    """Writes a folder, its metadata in `assets.extra/tf_advseg.json`."""
    signatures = {
        "serving_default": module.encoded,
        "encoded": module.encoded,
        "uint8": module.uint8,
        "scores": module.scores,
        "png": module.png,
        "stages": module.stages,
    }
    tf.saved_model.save(module, str(folder), signatures=signatures)
    write_metadata(folder, metadata)


def write_metadata(folder: Path, metadata: Mapping[str, Any]) -> None:
    """Writes (again) what is known of the model into its folder."""
    path = Path(folder) / METADATA_FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(metadata, indent=1) + "\n", encoding="utf-8")


class SavedModelRuntime:
    """A SavedModel as a function of an image.

    Args:
        folder: The SavedModel.
    """

    def __init__(self, folder: str | Path):
        self._model = tf.saved_model.load(str(folder))
        self._signatures = self._model.signatures

    def __call__(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From uint8 `(H, W, 3)` to classes and entropy, both `(H, W)`."""
        images = tf.constant(image[np.newaxis])
        found = self._signatures["scores"](image=images)
        return found["classes"][0].numpy(), found["entropy"][0].numpy()

    def maps(self, image: np.ndarray) -> tuple[np.ndarray, ...]:
        """From uint8 `(H, W, 3)` to classes, entropy, confidence `(H, W)`."""
        found = self._signatures["scores"](image=tf.constant(image[None]))
        confidence = tf.reduce_max(found["probabilities"], axis=-1)
        maps = found["classes"], found["entropy"], confidence
        return tuple(one[0].numpy() for one in maps)

    def classes(self, image: np.ndarray) -> np.ndarray:
        """From uint8 `(H, W, 3)` to classes `(H, W)`."""
        return self.batch(image[np.newaxis])[0]

    def batch(self, images: np.ndarray) -> np.ndarray:
        """From a batch, uint8 `(B, H, W, 3)`, to classes `(B, H, W)`."""
        found = self._signatures["uint8"](image=tf.constant(images))
        return found["classes"].numpy()

    def stages(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """What the network computes on the way, by stage."""
        images = tf.constant(image[np.newaxis])
        found = self._signatures["stages"](image=images)
        return {name: value.numpy() for name, value in found.items()}


def load(path: Path, threads: int) -> SavedModelRuntime:
    """Loads one; TensorFlow must not have computed anything before."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    return SavedModelRuntime(path)


FORMAT = Format(
    kind=KIND,
    write=write,
    load=load,
    any_size=True,
    batches=True,
    stages=lambda path, image: SavedModelRuntime(path).stages(image),
)
