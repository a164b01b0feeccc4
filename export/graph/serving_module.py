"""The predictor as the functions of a SavedModel.

Every signature takes a batch and gives class maps of the INPUT's size:

| signature | takes | gives |
| --- | --- | --- |
| `serving_default`, `encoded` | `image_bytes` | `classes` |
| `uint8` | `image` | `classes` |
| `scores` | `image` | `classes`, `probabilities`, `entropy`, `logits` |
| `png` | `image_bytes` | `class_map_png_bytes`, `mean_entropy` |
| `stages` | `image` | what is computed on the way; for the export's gate |

`image_bytes` are strings `(B,)`, JPEG or PNG files of one size; `image` is
uint8 `(B, H, W, 3)`, RGB; `classes` uint8 `(B, H, W)`; `probabilities`,
`logits` float32 `(B, H, W, C)`; `entropy` float32 `(B, H, W)`, 0 to 1.
"""

import tensorflow as tf

from tf_advseg.export.graph import image_bytes as bytes_reader
from tf_advseg.export.graph.pillow_resize import resize_bicubic
from tf_advseg.export.graph.predictor import SMALLEST_PROBABILITY
from tf_advseg.export.graph.predictor import Predictor

_BYTES = tf.TensorSpec((None,), tf.string, name="image_bytes")
_IMAGE = tf.TensorSpec((None, None, None, 3), tf.uint8, name="image")


class ServingModule(tf.Module):
    """The signatures, as functions.

    Args:
        predictor: The networks.
        size: (h, w) that images are resized to, as in evaluation; None keeps
            each request's own.
        max_pixels: The most that the images of a request may have together.
    """

    def __init__(
        self,
        predictor: Predictor,
        size: tuple[int, int] | None,
        max_pixels: int = bytes_reader.MAX_PIXELS,
    ):
        super().__init__(name="tf_advseg")
        self._predictor = predictor
        self._size = size
        self._max_pixels = max_pixels
        # Keras 3 hides its variables from tf.Module: without this line the
        # file would be written without weights, and nothing would say so.
        self.network_variables = predictor.variables

    @tf.function(input_signature=[_BYTES])
    def encoded(self, image_bytes):
        """From files to class maps."""
        scores = self._scores(self._decoded(image_bytes))
        return {"classes": self._predictor.arg_max(scores)}

    @tf.function(input_signature=[_IMAGE])
    def uint8(self, image):
        """From pixels to class maps."""
        return {"classes": self._predictor.arg_max(self._scores(image))}

    @tf.function(input_signature=[_IMAGE])
    def scores(self, image):
        """From pixels to everything that is known of each."""
        scores = self._scores(image)
        probabilities = self._predictor.probabilities(scores)
        logits = scores
        if self._predictor.sums_probabilities:
            logits = tf.math.log(tf.maximum(scores, SMALLEST_PROBABILITY))
        return {
            "classes": self._predictor.arg_max(scores),
            "probabilities": probabilities,
            "entropy": self._predictor.entropy(scores),
            "logits": logits,
        }

    @tf.function(input_signature=[_BYTES])
    def png(self, image_bytes):
        """From files to small answers: grey PNGs of train ids."""
        scores = self._scores(self._decoded(image_bytes))
        classes = self._predictor.arg_max(scores)
        class_maps = tf.map_fn(
            tf.io.encode_png,
            classes[:, :, :, None],
            fn_output_signature=tf.TensorSpec((), tf.string),
        )
        entropy = tf.reduce_mean(self._predictor.entropy(scores), axis=(1, 2))
        # TF Serving over REST writes strings as base64 only under this ending.
        return {"class_map_png_bytes": class_maps, "mean_entropy": entropy}

    @tf.function(input_signature=[_IMAGE])
    def stages(self, image):
        """From pixels to what is computed on the way."""
        resized = self._resized(image)
        size = tf.shape(image)[1:3]
        found = self._predictor.stages(tf.cast(resized, tf.float32), size)
        return {"resized": resized, **found}

    def _decoded(self, image_bytes):
        return bytes_reader.decode_images(image_bytes, self._max_pixels)

    def _scores(self, images):
        resized = self._resized(images)
        logits = self._predictor.logits(tf.cast(resized, tf.float32))
        return self._predictor.combined(logits, tf.shape(images)[1:3])

    def _resized(self, images):
        images = bytes_reader.check_pixels(images, self._max_pixels)
        if self._size is None:
            return images
        return resize_bicubic(images, self._size)
