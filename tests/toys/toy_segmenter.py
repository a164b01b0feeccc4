"""Segmenters so small that their predictions can be read off the image."""

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.networks.model_file import save_segmenter

RED, GREEN, BLUE = 0, 1, 2
CLASSES = ClassSet(
    "colours",
    ("red", "green", "blue"),
    ((200, 0, 0), (0, 200, 0), (0, 0, 200)),
)


def colour_segmenter(
    factors=(1.0, 1.0, 1.0), stride: int = 1, num_classes: int = 3
) -> keras.Model:
    """A segmenter whose class is the strongest of red, green and blue.

    Args:
        factors: Class c's logit is `factors[c]` times channel c.
        stride: Logits are `stride` times smaller than the image; each is
            that of the top left pixel of its square.
        num_classes: Classes beyond the third have the logit 0.
    """
    images = keras.Input((None, None, 3), name="images")
    features = keras.layers.AveragePooling2D(1, stride, name="features")(images)
    logits = keras.layers.Conv2D(
        num_classes, 1, use_bias=False, name="main_logits"
    )(features)
    outputs = {
        "main": CornersAlignedResize(name="main")([logits, images]),
        "features": features,
    }
    model = keras.Model(images, outputs, name="colours")
    kernel = np.zeros((1, 1, 3, num_classes), np.float32)
    kernel[0, 0, range(3), range(3)] = factors
    model.get_layer("main_logits").set_weights([kernel])
    return model


def logits_segmenter(*logits: float) -> keras.Model:
    """A segmenter that gives every pixel the same logits."""
    images = keras.Input((None, None, 3), name="images")
    layer = keras.layers.Conv2D(len(logits), 1, name="main_logits")
    scores = layer(images)
    layer.set_weights([tf.zeros((1, 1, 3, len(logits))), np.array(logits)])
    outputs = {"main": CornersAlignedResize(name="main")([scores, images])}
    return keras.Model(images, outputs, name="constant")


def save_colour_segmenter(path, image_size=None, **options):
    """Writes a `colour_segmenter` to a file, with all of its metadata."""
    return save_segmenter(
        colour_segmenter(**options),
        path,
        {
            "classes": list(CLASSES.names),
            "palette": [list(colour) for colour in CLASSES.palette],
            "class_set": CLASSES.name,
            "image_size": image_size,
            "method": "source_only",
            "backbone": "toy",
            "step": 1,
        },
    )


def paint(class_map) -> np.ndarray:
    """Returns an image in which `colour_segmenter` sees that class map."""
    pure = 255 * np.eye(3, dtype=np.uint8)
    return pure[np.asarray(class_map)]
