"""A tiny .tflite of the deployed format, whose answers a person can work out.

Its three classes are the colours: the brightest channel of a pixel is its
class. The entropy is that of the softmax of (channel / 64) on every fourth
pixel of the corners-aligned grid.
"""

import contextlib
import functools
import io
import json
import zipfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

CLASSES = ["red", "green", "blue"]
PALETTE = [[200, 40, 40], [40, 160, 70], [50, 80, 200]]


class BrightestChannel(keras.layers.Layer):
    """The arg-max of the channels, smoothed over `reach` pixels around."""

    def __init__(self, reach=0, **kwargs):
        super().__init__(**kwargs)
        self.reach = reach

    def call(self, image):
        scores = tf.cast(image, tf.float32) / 64
        if self.reach:
            size = 2 * self.reach + 1
            scores = tf.nn.avg_pool2d(scores, size, 1, "SAME")
        classes = tf.cast(tf.argmax(scores, -1, tf.int32), tf.uint8)
        height, width = image.shape[1:3]
        rows = _grid(height, -(-height // 4))
        columns = _grid(width, -(-width // 4))
        coarse = tf.gather(tf.gather(scores, rows, axis=1), columns, axis=2)
        p = tf.nn.softmax(coarse)
        entropy = -tf.reduce_sum(p * tf.math.log(p + 1e-9), -1) / np.log(3)
        steps = tf.round(tf.clip_by_value(entropy, 0, 1) * 255)
        return {"classes": classes, "entropy": tf.cast(steps, tf.uint8)}


def _grid(size, coarse):
    steps = np.arange(coarse) * (size - 1) / max(coarse - 1, 1)
    return np.rint(steps).astype(np.int32)


def toy_metadata(size, **changes):
    """Metadata of the deployed format; `changes` replace members."""
    metadata = {
        "format": 1,
        "kind": "tflite",
        "precision": "float32",
        "size": list(size),
        "classes": CLASSES,
        "palette": PALETTE,
        "class_set": "colours",
        "method": "advent",
        "backbone": "none",
        "step": 7,
        "run_id": "toy",
        "data": None,
        "tf_advseg_version": "0.1.0",
        "preprocessing": "inside: RGB uint8 in",
        "reference": {
            "domain": "toy",
            "split": "train",
            "num_images": 1000,
            "mean_entropy": 0.5,
            "entropy_per_class": [0.5, 0.5, None],
            "class_shares": [0.5, 0.5, 0.0],
            "image_entropy_histogram": {
                "edges": [step / 10 for step in range(11)],
                "shares": [0.1] * 10,
            },
        },
    }
    return {**metadata, **changes}


@functools.cache
def toy_network(size, reach=0):
    """The .tflite bytes without metadata, for images of `size` (H, W)."""
    image = keras.Input((*size, 3), batch_size=1, dtype="uint8", name="image")
    model = keras.Model(image, BrightestChannel(reach)(image))
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    # Keras announces what it saves on the way, which is no test's output.
    with contextlib.redirect_stdout(io.StringIO()):
        return converter.convert()


def append_metadata(path, metadata, compressed=False):
    """Appends the zip that holds `tf_advseg.json`."""
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "a", method) as archive:
        archive.writestr("tf_advseg.json", json.dumps(metadata))


def write_toy_artefact(path, size=(16, 32), reach=0, **changes):
    """Writes the artefact; returns its path."""
    path = Path(path)
    path.write_bytes(toy_network(size, reach))
    append_metadata(path, toy_metadata(size, **changes))
    return path
