"""Two classes that differ in brightness or colour alone, in two domains.

What a pixel shows is drawn around its class's colour, without any texture: a
segmenter that sees one pixel at a time knows all that there is to know, and
what it gets wrong on the target is the shift's doing.
"""

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.datasets import ClassSet
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import CornersAlignedResize

SIZE = (16, 16)
CLASSES = ClassSet("halves", ("one", "other"), ((0, 0, 0), (255, 255, 255)))


def draw(rng, colours, spread=3.0, num_images=4):
    """Images float32 `(B, H, W, 3)`, and labels of both classes by halves.

    Args:
        rng: Draws them.
        colours: Of the two classes, `(2, 3)` or `(2, 1)`.
        spread: Deviation of a pixel from its class's colour.
        num_images: B.
    """
    labels = np.zeros((num_images, *SIZE), np.int32)
    for label in labels:
        label[:, rng.integers(5, 11) :] = 1
        label[:] = rng.permuted(label, axis=1)
    mean = np.asarray(colours, float)[labels]
    noise = rng.normal(0, spread, (*labels.shape, 1))
    images = np.clip(mean + noise, 0, 255) * np.ones(3)
    return images.astype(np.float32), labels


def segmenter(batch_norm: str | None = None) -> keras.Model:
    """Sees one pixel at a time."""
    keras.utils.set_random_seed(0)
    images = keras.Input((*SIZE, 3), name="images")
    x = keras.layers.Rescaling(1 / 32, offset=-4, name="rescaling")(images)
    if batch_norm:
        x = BatchNorm(batch_norm, name="bn")(x)
    logits = keras.layers.Conv2D(2, 1, name="main_logits")(x)
    outputs = {"main": CornersAlignedResize(name="main")([logits, images])}
    return keras.Model(images, outputs, name="pixels")


def accuracy(model: keras.Model, images, labels) -> float:
    """Share of pixels that are right, 0-1."""
    predicted = tf.argmax(model(images)["main"], axis=-1)
    return float(np.mean(predicted == labels))
