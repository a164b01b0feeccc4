"""What one candidate predicts on the images of the selection.

One pass over the target gives every score its material: the plain images
and each view of them that is asked for. Probabilities stay at the logits' low
resolution, and at most `MAX_PIXELS` pixels of an image are kept, the same ones
for every view and candidate, so that memory does not grow with the images'
size.

P kept pixels of all images, C classes.
"""

import dataclasses
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.evaluation import counters
from tf_advseg.evaluation.counters import Sum
from tf_advseg.evaluation.loop import count_images
from tf_advseg.evaluation.loop import equal_size_batches
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.segmenter import low_resolution_logits
from tf_advseg.selection.images import SelectionImages
from tf_advseg.selection.scores.neighbourhood_density import drawn_pixels
from tf_advseg.selection.views import VIEWS
from tf_advseg.selection.views import View

BATCH_SIZE = 8
MAX_PIXELS = 4096
SEED = 0

Logits = Callable[[tf.Tensor], tf.Tensor]


@dataclasses.dataclass(frozen=True, eq=False)
class Predictions:
    """Probabilities on the target and mistakes on the source.

    Attributes:
        plain: `(P, C)` on the images as they are.
        views: `(P, C)` of the same pixels, by the name of the view.
        source_confusion: int64 `(C, C)`, rows are the truth.
    """

    plain: np.ndarray
    views: dict[str, np.ndarray]
    source_confusion: np.ndarray


def compiled_logits(segmenter: keras.Model) -> Logits:
    """Returns images `(B, H, W, 3)` -> low-resolution logits, compiled.

    It reads the segmenter's present weights at each call.
    """
    model = low_resolution_logits(segmenter)
    # One trace serves all sizes: a second one costs more than it gains.
    signature = [tf.TensorSpec((None, None, None, 3), tf.float32)]

    @tf.function(input_signature=signature, autograph=False)
    def logits(images):
        return model(images, training=False)

    return logits


def predict(
    logits: Logits,
    images: SelectionImages,
    views: Sequence[str] = tuple(VIEWS),
) -> Predictions:
    """Runs the network over all images once, and once a view.

    Args:
        logits: What `compiled_logits` returns.
        images: The images.
        views: Names of `VIEWS`.
    """
    applied = [VIEWS[name] for name in views]
    kept: dict[str, list[np.ndarray]] = {}
    for _, seen in equal_size_batches(images.target, BATCH_SIZE):
        seen = tf.constant(seen, tf.float32)
        plain, *others = _probabilities(logits, seen, applied)
        indices = drawn_pixels(plain.shape[1], MAX_PIXELS, SEED)
        for name, values in zip(("", *views), (plain, *others), strict=True):
            values = values[:, indices].reshape(-1, values.shape[-1])
            kept.setdefault(name, []).append(values)
    joined = {name: np.concatenate(parts) for name, parts in kept.items()}
    return Predictions(
        plain=joined.pop(""),
        views=joined,
        source_confusion=confusion(logits, images.source, len(images.prior)),
    )


def confusion(
    logits: Logits, samples: Iterable[Sample], num_classes: int
) -> np.ndarray:
    """The confusion `(C, C)` on labelled images, at their labels' size."""

    def predict(images, size):
        scores = logits(tf.constant(images, tf.float32))
        return (tf.argmax(resize_corners_aligned(scores, size), -1),)

    found = Sum(counters.confusion, num_classes, num_classes)
    count_images(predict, samples, num_classes, [found], BATCH_SIZE)
    return found.result


def _probabilities(
    logits: Logits, images: tf.Tensor, views: Sequence[View]
) -> list[np.ndarray]:
    """Of the plain images and of each view, `(B, h * w, C)`."""
    plain = tf.nn.softmax(logits(images))
    maps = [plain]
    for view in views:
        seen = tf.nn.softmax(logits(view.apply(images)))
        maps.append(view.undo(seen, plain.shape[1:3]))
    shape = (len(images), -1, plain.shape[-1])
    return [tf.reshape(each, shape).numpy() for each in maps]
