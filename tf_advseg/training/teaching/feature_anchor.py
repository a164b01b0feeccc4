"""The backbone as ImageNet left it, which a segmenter's features stay near."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tf_advseg.methods import thing_features
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.layers.scales.detail_windows import smaller

BOTTLENECK = "c5"
"""The features that are compared: the deepest of the pyramid."""


class FeatureAnchor:
    """Compares a segmenter's bottleneck features with ImageNet's.

    It is no Keras layer: its weights are nobody's to train or to save.

    Args:
        backbone: From images to features (`Backbone.build`), with ImageNet's
            weights; the segmenter has a backbone of the same layers.
        things: Train ids of the classes whose features are compared.
        scale: How many times smaller the segmenter sees the whole image.
    """

    def __init__(
        self, backbone: keras.Model, things: Sequence[int], scale: int = 1
    ):
        bottleneck: Any = outputs_of(backbone)[BOTTLENECK]
        self._layer = bottleneck._keras_history.operation.name
        self._network = keras.Model(backbone.input, bottleneck)
        self._network.trainable = False
        self._things = tuple(things)
        self._scale = scale

    def beside(self, segmenter: keras.Model) -> keras.Model:
        """The segmenter, its bottleneck features among its outputs.

        Args:
            segmenter: Its layers become the model's.

        Raises:
            ValueError: If it has another backbone.
        """
        outputs = outputs_of(segmenter)
        features = segmenter.get_layer(self._layer).output
        return keras.Model(
            segmenter.input, {**outputs, BOTTLENECK: features}, name="anchored"
        )

    def distance(
        self,
        outputs: dict[str, tf.Tensor],
        images: tf.Tensor,
        labels: tf.Tensor,
    ) -> tf.Tensor:
        """How far the features of things are from ImageNet's, a scalar.

        Args:
            outputs: Of the model that `beside` made.
            images: RGB `(B, H, W, 3)`, 0-255, that they are of.
            labels: Train ids `(B, H, W)`.
        """
        features = tf.cast(outputs[BOTTLENECK], tf.float32)
        if self._scale > 1:
            images = smaller(images, self._scale)
        anchors = tf.stop_gradient(self._network(images, training=False))
        is_thing = thing_features.cells_of_things(
            labels, self._things, tf.shape(features)[1:3]
        )
        return thing_features.distance(features, anchors, is_thing)
