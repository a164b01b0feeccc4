"""The Keras side of a segmenter in training: calling, evaluating, saving."""

from collections.abc import Mapping
from typing import Self

import keras
import tensorflow as tf

from tf_advseg.base.conventions import MAIN
from tf_advseg.methods import losses


class WholeModel(keras.Model):
    """Predicts by its `segmenter`, and is saved whole.

    What there is to save, `get_config` and `get_compile_config` say.
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

    def compile_from_config(self, config: dict) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    @classmethod
    def from_config(cls, config: dict, custom_objects=None) -> Self:
        made = keras.saving.deserialize_keras_object(config, custom_objects)
        return cls(**made)
