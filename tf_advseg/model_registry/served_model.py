"""The pyfunc in an MLflow registry: images in, class maps and confidences out.

MLflow copies this file beside the model and runs it wherever the model is
loaded, so it imports nothing of tf_advseg.

    model = mlflow.pyfunc.load_model("models:/streets@champion")
    found = model.predict(image)          # uint8 (H, W, 3) or (N, H, W, 3), RGB
    found["class_map"], found["confidence"]             # (N, H, W), (N, H, W)

An array of objects, one an image, may hold images of several sizes, the bytes
of JPEG or PNG files, or a `pathlib.Path`; text is base64 of such bytes, as a
scoring server gets them. Text is never a path: a server would open its files
to whoever asks.
"""

import base64
import binascii
import hashlib
import io
import pathlib
from typing import Any

import numpy as np
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel
from PIL import Image
from PIL import ImageOps

ARTEFACT, CHECKSUMS = "saved_model", "checksums"
CLASS_MAP, CONFIDENCE = "class_map", "confidence"
_FORMATS = ("JPEG", "PNG")
_EXPECTED = (
    "uint8 RGB images (H, W, 3) or (N, H, W, 3), or an array of objects: such "
    "images, bytes of JPEG or PNG files, base64 of them, or pathlib.Path"
)


class ServedModel(PythonModel):
    """Runs the signature `scores` of an exported SavedModel."""

    def load_context(self, context: Any) -> None:
        """Loads the SavedModel, if it is to the byte what was registered.

        Raises:
            ValueError: If it is not; names the file.
        """
        import tensorflow as tf

        folder = pathlib.Path(context.artifacts[ARTEFACT])
        _check(folder, pathlib.Path(context.artifacts[CHECKSUMS]))
        self._model = tf.saved_model.load(str(folder))
        self._scores = self._model.signatures["scores"]

    def predict(  # type: ignore[override]
        self, context: Any, model_input: np.ndarray, params: Any = None
    ) -> dict[str, Any]:
        """Returns what is seen in images.

        Args:
            context: MLflow's.
            model_input: As the module's docstring says.
            params: None are known.

        Returns:
            `class_map`, train ids, uint8 `(N, H, W)`, and `confidence`, the
            predicted class' probability, float32 `(N, H, W)`; lists of N maps
            where images differ in size.

        Raises:
            ValueError: If something is no image; says which.
        """
        found = [self._look(image) for image in _images(model_input)]
        class_maps, confidences = zip(*found, strict=True)
        return {
            CLASS_MAP: _stacked(class_maps),
            CONFIDENCE: _stacked(confidences),
        }

    def _look(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One at a time: probabilities of many would fill the memory."""
        import tensorflow as tf

        found = self._scores(image=tf.constant(image[np.newaxis]))
        confidence = tf.reduce_max(found["probabilities"], axis=-1)
        return found["classes"][0].numpy(), confidence[0].numpy()


def _images(given: Any) -> list[np.ndarray]:
    """Images of whatever was given."""
    array = given if isinstance(given, np.ndarray) else np.asarray(given, "O")
    if array.ndim == 3:
        array = array[np.newaxis]
    if array.ndim == 0:
        array = array.reshape(1)
    if array.ndim not in (1, 4) or not len(array):
        raise ValueError(
            f"Expected {_EXPECTED}; received {array.dtype} of shape "
            f"{array.shape}."
        )
    return [_image(one, place) for place, one in enumerate(array)]


def _image(one: Any, place: int) -> np.ndarray:
    """One image, uint8 `(H, W, 3)`."""
    try:
        if isinstance(one, str):
            one = base64.b64decode(one, validate=True)
        if isinstance(one, pathlib.Path):
            one = one.read_bytes()
        if isinstance(one, bytes):
            opened = Image.open(io.BytesIO(one), formats=_FORMATS)
            with opened as picture:
                one = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, binascii.Error) as error:
        raise ValueError(
            f"Image {place} cannot be read ({error}); expected {_EXPECTED}."
        ) from error
    image = np.asarray(one)
    if image.dtype == object and all(type(v) is int for v in image.ravel()):
        image = image.astype(np.int64)  # Numbers of JSON.
    is_bytes = image.dtype.kind in "iu" and image.size
    if is_bytes and 0 <= image.min() <= image.max() <= 255:
        image = image.astype(np.uint8)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            f"Image {place} is {image.dtype} of shape {image.shape}; expected "
            f"{_EXPECTED}."
        )
    return image


def _stacked(maps: tuple[np.ndarray, ...]) -> np.ndarray | list[np.ndarray]:
    if len({one.shape for one in maps}) > 1:
        return list(maps)
    return np.stack(maps)


def _check(folder: pathlib.Path, checksums: pathlib.Path) -> None:
    """Holds the files of a SavedModel against their SHA-256."""
    lines = checksums.read_text(encoding="utf-8").splitlines()
    wanted = {line[66:]: line[:64] for line in lines}  # As `sha256sum` writes.
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = {
        path.relative_to(folder.parent).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
    }
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise ValueError(
                f"The registered model's {name!r} is not what was registered; "
                "load it again, or register the model again."
            )


set_model(ServedModel())
