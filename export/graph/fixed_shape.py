"""The predictor at one fixed shape, as LiteRT wants it.

    image uint8 (1, H, W, 3)
      -> logits -> resized to (H, W), corners aligned -> arg-max
           classes uint8 (1, H, W)
      -> logits at their own, low resolution -> normalised entropy
           entropy uint8 (1, h, w), 255 = 1: what drift is measured by

A static batch of one lets the converter fuse dilated convolutions, depthwise
ones too; with any unknown size they would become SPACE_TO_BATCH, which is
slow and which accelerators refuse. Every operation is a builtin one.
"""

import math
from pathlib import Path

import tensorflow as tf

from tf_advseg.export.formats.format import MOST_ENTROPY
from tf_advseg.export.formats.format import SIGNATURE
from tf_advseg.export.graph.predictor import SMALLEST_PROBABILITY
from tf_advseg.export.graph.predictor import Predictor


class FixedShapeModule(tf.Module):
    """The function that is converted.

    Args:
        predictor: The networks.
        size: (H, W) of the image and of the class map.
    """

    def __init__(self, predictor: Predictor, size: tuple[int, int]):
        super().__init__(name="tf_advseg")
        self._predictor = predictor
        # Keras 3 hides its variables from tf.Module: without this line the
        # file would be written without weights, and nothing would say so.
        self.network_variables = predictor.variables
        image = tf.TensorSpec((1, *size, 3), tf.uint8, name="image")
        self.predict = tf.function(self._predict, input_signature=[image])

    def _predict(self, image):
        logits = self._predictor.logits(tf.cast(image, tf.float32))
        size = tuple(image.shape[1:3])
        scores = self._predictor.combined(logits, size)
        return {
            "classes": self._predictor.arg_max(scores),
            "entropy": self._entropy(logits),
        }

    def _entropy(self, logits):
        """Normalised entropy times 255, rounded, at the first net's size."""
        low = tuple(logits[0].shape[1:3])
        if len(logits) > 1 or self._predictor.sums_probabilities:
            scores = self._predictor.combined(logits, low)
        else:
            scores = logits[0]
        p = self._predictor.probabilities(scores)
        # Softmax, maximum, log, product, sum: all of them can go into the
        # one delegate partition of the network; log-softmax could not.
        log_p = tf.math.log(tf.maximum(p, SMALLEST_PROBABILITY))
        scale = MOST_ENTROPY / math.log(max(self._predictor.num_classes, 2))
        # A cast truncates: one half more rounds. And a subtraction is none
        # of the operations that are quantised, which an addition would be.
        levels = 0.5 - scale * tf.reduce_sum(p * log_p, axis=-1)
        return tf.cast(levels, tf.uint8)


def write_fixed_shape(
    predictor: Predictor, size: tuple[int, int], folder: Path
) -> Path:
    """Writes a SavedModel of the one fixed shape, to be converted."""
    module = FixedShapeModule(predictor, size)
    signatures = {SIGNATURE: module.predict}
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return folder
