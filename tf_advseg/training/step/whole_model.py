"""The Keras side of a segmenter in training: calling, evaluating, saving."""

from collections.abc import Mapping
from typing import Self

import keras
import tensorflow as tf

from tf_advseg.base.conventions import MAIN
from tf_advseg.methods import losses


class WholeModel(keras.Model):
    """Saves networks, method, both optimizers and the options of `compile`.

    Keras by itself knows of one optimizer only: it would lose the other.
    """

    def call(self, images, training=False):
        """Main logits `(B, H, W, C)` of images, or of a batch's source."""
        if isinstance(images, Mapping):
            images = images["source"]
        return self.segmenter(images, training=training)[MAIN]

    def test_step(self, data):
        """Cross-entropy and pixel accuracy of the main level."""
        images, labels = data
        logits = self(images)
        count = losses.count_labelled(labels)
        hits = tf.cast(labels, tf.int64) == tf.argmax(logits, axis=-1)
        hits = tf.reduce_sum(tf.cast(hits, tf.float32))
        return {
            "loss": losses.cross_entropy(logits, labels, count),
            "pixel_accuracy": tf.math.divide_no_nan(hits, count),
        }

    def get_compile_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "optimizer": serialize(self.optimizer),
            "discriminator_optimizer": serialize(self.discriminator_optimizer),
            "accumulate": self.accumulate,
            "watched_classes": list(self.watched_classes),
        }

    def compile_from_config(self, config: dict) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    def get_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "segmenter": serialize(self.segmenter),
            "method": serialize(self.method),
            "discriminators": serialize(dict(self.discriminators)),
            "precision": self.precision,
            "remat": self.remat,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict, custom_objects=None) -> Self:
        made = keras.saving.deserialize_keras_object(config, custom_objects)
        return cls(**made)
