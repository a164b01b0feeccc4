"""What a segmenter makes of unlabelled images, and its masks of some.

B images, (h, w) the size of logits, C classes, F features.
"""

import math
from collections.abc import Iterable
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import FEATURES
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.evaluation import bands
from tf_advseg.evaluation.loop import equal_size_batches
from tf_advseg.labelling.ranking import Pool
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.segmenter import stages
from tf_advseg.networks.views import mirrored


def look(
    segmenter: keras.Model, samples: Iterable[Sample], batch_size: int = 1
) -> Pool:
    """Runs over images, each as it is and mirrored; reads no label.

    Features are the backbone's, averaged over the image and brought to length
    1; of a segmenter that does not give them, the class probabilities.

    Raises:
        DataError: If there is no sample.
    """
    step = _compiled(segmenter)
    keys, rows = [], []
    for group, images in equal_size_batches(samples, batch_size):
        keys += [sample.key for sample in group]
        rows.append([v.numpy() for v in step(tf.constant(images, tf.float32))])
    if not rows:
        raise DataError(
            "None of the images could be read, so there is none to suggest; "
            "the warnings above say why of each. `tf_advseg check_data` looks "
            "at a folder."
        )
    probabilities = [np.concatenate(part) for part in zip(*rows, strict=True)]
    entropy, disagreement, shares, features = probabilities
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return Pool(
        keys,
        entropy,
        disagreement,
        shares,
        features / np.maximum(lengths, 1e-12),
    )


def masks(
    segmenter: keras.Model, samples: Iterable[Sample]
) -> Iterator[tuple[Sample, np.ndarray]]:
    """Yields samples with their predicted classes, uint8 at native size."""
    ensemble = Ensemble([segmenter])
    for sample in samples:
        image, size = sample.image[None], sample.native_size
        (classes,) = bands.predict(ensemble, image, size, bands.CLASSES)
        yield sample, classes[0]


def _compiled(segmenter: keras.Model):
    model = stages(segmenter)
    num_classes = int(outputs_of(model)["logits"].shape[-1])
    signature = [tf.TensorSpec((None, None, None, 3), tf.float32)]

    @tf.function(input_signature=signature)
    def step(images):
        seen = model(images, training=False)
        other = model(mirrored(images), training=False)
        plain = tf.nn.softmax(tf.cast(seen["logits"], tf.float32))
        classes = tf.argmax(plain, -1)
        turned = tf.argmax(mirrored(other["logits"]), -1)
        differs = tf.cast(classes != turned, tf.float32)
        undecided = -tf.reduce_sum(tf.math.xlogy(plain, plain), -1)
        undecided /= math.log(max(num_classes, 2))
        shares = tf.one_hot(classes, num_classes)
        features = tf.cast(seen.get(FEATURES, plain), tf.float32)
        return (
            tf.reduce_mean(undecided, (1, 2)),
            tf.reduce_mean(differs, (1, 2)),
            tf.reduce_mean(shares, (1, 2)),
            tf.reduce_mean(features, (1, 2)),
        )

    return step
