"""Segmenters and batches small enough to train in a moment."""

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import CornersAlignedResize

NUM_CLASSES = 3
SIZE = (32, 64)


def toy_segmenter(
    batch_norm: str = "frozen", seed: int = 0, synchronized: bool = False
) -> keras.Model:
    """Two levels on four filters at half resolution."""
    keras.utils.set_random_seed(seed)
    images = keras.Input((None, None, 3), name="images")
    x = keras.layers.Rescaling(1 / 128, offset=-1)(images)
    x = keras.layers.Conv2D(4, 3, strides=2, padding="same", name="conv")(x)
    x = BatchNorm(batch_norm, synchronized=synchronized, name="bn")(x)
    shallow = keras.layers.ReLU(name="relu")(x)
    features = keras.layers.Conv2D(
        4, 3, padding="same", activation="relu", name="deep"
    )(shallow)
    outputs = {"features": features}
    for level, grid in {"main": features, "aux": shallow}.items():
        logits = keras.layers.Conv2D(
            NUM_CLASSES, 3, padding="same", name=f"{level}_logits"
        )(grid)
        outputs[level] = CornersAlignedResize(name=level)([logits, images])
    return keras.Model(images, outputs, name="toy")


def toy_batch(batch_size: int = 2, seed: int = 0, size=SIZE):
    """A batch of both domains; a tenth of the labels is ignored."""
    rng = np.random.default_rng(seed)
    shape = (batch_size, *size)
    images = {
        name: tf.constant(rng.uniform(0, 255, (*shape, 3)), tf.float32)
        for name in ("source", "target")
    }
    labels = rng.integers(0, NUM_CLASSES, shape)
    labels[rng.random(shape) < 0.1] = 255
    return images, tf.constant(labels, tf.int32)
