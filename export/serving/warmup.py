"""Requests that a server answers to itself before it takes others.

TensorFlow Serving replays `assets.extra/tf_serving_warmup_requests`, a
TFRecord of PredictionLog messages, when it loads a version; the first client
does not wait for what TensorFlow sets up on first use then. At most 1,000
records are allowed; here it is one of each kind a client sends.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from tf_advseg.export.serving import signatures

WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"


def write_warmup(
    saved_model: Path, model_name: str, size: tuple[int, int]
) -> int:
    """Writes warm-up requests into a SavedModel's folder.

    Args:
        saved_model: The folder.
        model_name: What clients call the model.
        size: (H, W) of the images in the requests; the size that clients
            will send warms best.

    Returns:
        The number of requests.

    Raises:
        ValueError: If the extra `serving` is not installed.
    """
    logs = list(_logs(model_name, drawn_image(size)))
    path = saved_model / WARMUP_FILE
    path.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for log in logs:
            writer.write(log.SerializeToString())
    return len(logs)


def drawn_image(size: tuple[int, int]) -> np.ndarray:
    """Returns a picture with all colours, uint8 `(H, W, 3)`."""
    height, width = size
    rows, columns = np.mgrid[:height, :width]
    red = 255 * rows // max(height - 1, 1)
    green = 255 * columns // max(width - 1, 1)
    return np.stack([red, green, (red + green) // 2], -1).astype(np.uint8)


def _logs(model_name: str, image: np.ndarray) -> Iterator[Any]:
    prediction_log, predict = _messages()
    for name, value in _requests(image):
        request = predict.PredictRequest()
        request.model_spec.name = model_name
        request.model_spec.signature_name = name
        tensor = tf.make_tensor_proto(value)
        request.inputs[signatures.SIGNATURES[name][0]].CopyFrom(tensor)
        yield prediction_log.PredictionLog(
            predict_log=prediction_log.PredictLog(request=request)
        )


def _requests(image: np.ndarray) -> Iterator[tuple[str, Any]]:
    """Each signature by its name, with what is asked of it."""
    for name, (input_name, _) in signatures.SIGNATURES.items():
        if input_name == signatures.IMAGE:
            yield name, image[np.newaxis]
            continue
        for kind in ("JPEG", "PNG"):
            stream = io.BytesIO()
            Image.fromarray(image).save(stream, kind)
            yield name, [stream.getvalue()]


def _messages():
    try:
        from tensorflow_serving.apis import predict_pb2
        from tensorflow_serving.apis import prediction_log_pb2
    except ImportError as error:
        raise ValueError(
            "Warm-up requests need the extra 'serving', which is not "
            "installed: pip install 'tf-advseg[serving]'. Or leave them out."
        ) from error
    return prediction_log_pb2, predict_pb2
