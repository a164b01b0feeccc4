"""A SavedModel with the exporter's signatures, small enough to read.

Its class is the strongest of red, green and blue, as `toy_segmenter`'s.
"""

import json
from pathlib import Path

import tensorflow as tf

METADATA = {
    "format": 1,
    "kind": "saved_model",
    "size": [4, 6],
    "classes": ["red", "green", "blue"],
    "palette": [[200, 0, 0], [0, 200, 0], [0, 0, 200]],
    "class_set": "colours",
}
_BYTES = tf.TensorSpec([None], tf.string, name="image_bytes")
_PIXELS = tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")


class _Colours(tf.Module):
    """C = 3 classes; logits are pixels / 255 times ten."""

    def __init__(self):
        # A weight, so that the folder has variables as a real one has.
        self.factor = tf.Variable(10 / 255)

    def logits(self, images):
        return tf.cast(images, tf.float32) * self.factor

    def classes(self, images):
        logits = self.logits(images)
        return tf.cast(tf.argmax(logits, -1, output_type=tf.int32), tf.uint8)

    def entropy(self, images):
        log_p = tf.nn.log_softmax(self.logits(images))
        return -tf.reduce_sum(tf.exp(log_p) * log_p, -1) / tf.math.log(3.0)

    @tf.function(input_signature=[_BYTES])
    def encoded(self, image_bytes):
        images = tf.map_fn(_decode, image_bytes, fn_output_signature=tf.uint8)
        return {"classes": self.classes(images)}

    @tf.function(input_signature=[_PIXELS])
    def uint8(self, image):
        return {"classes": self.classes(image)}

    @tf.function(input_signature=[_PIXELS])
    def scores(self, image):
        logits = self.logits(image)
        return {
            "classes": self.classes(image),
            "logits": logits,
            "probabilities": tf.nn.softmax(logits),
            "entropy": self.entropy(image),
        }

    @tf.function(input_signature=[_BYTES])
    def png(self, image_bytes):
        def one(data):
            image = _decode(data)[tf.newaxis]
            classes = self.classes(image)[0][..., tf.newaxis]
            return tf.io.encode_png(classes), tf.reduce_mean(
                self.entropy(image)
            )

        maps, entropies = tf.map_fn(
            one, image_bytes, fn_output_signature=(tf.string, tf.float32)
        )
        return {"class_map_png_bytes": maps, "mean_entropy": entropies}


def _decode(data):
    image = tf.io.decode_image(data, channels=3, expand_animations=False)
    return tf.ensure_shape(image, [None, None, 3])


def write_toy_saved_model(folder: Path, leave_out: str = "") -> Path:
    """Writes the SavedModel; `leave_out` names a signature to forget."""
    module = _Colours()
    signatures = {
        "serving_default": module.encoded,
        "encoded": module.encoded,
        "uint8": module.uint8,
        "scores": module.scores,
        "png": module.png,
    }
    signatures.pop(leave_out, None)
    tf.saved_model.save(module, str(folder), signatures=signatures)
    extra = folder / "assets.extra"
    extra.mkdir()
    (extra / "tf_advseg.json").write_text(json.dumps(METADATA))
    return folder
