"""How sure a teacher is, class by class, and from where it is believed.

C: classes; K = `BINS`: bins of equal width for confidences in [0, 1]. Counts
of pixels add up over images, parts of batches and replicas, as quantiles
would not.
"""

import tensorflow as tf

BINS = 256


def count_confidences(
    confidence: tf.Tensor, classes: tf.Tensor, num_classes: int
) -> tf.Tensor:
    """Pixels by predicted class and bin of confidence, float32 `(C, K)`.

    Args:
        confidence: The predicted class's probability, `(B, H, W)`.
        classes: The predicted class, integers `(B, H, W)`.
        num_classes: C.
    """
    bins = tf.cast(confidence * BINS, tf.int32)
    bins = tf.clip_by_value(bins, 0, BINS - 1)
    cells = tf.cast(classes, tf.int32) * BINS + bins
    counts = tf.math.unsorted_segment_sum(
        tf.ones_like(cells, tf.float32), cells, num_classes * BINS
    )
    return tf.reshape(counts, (num_classes, BINS))


def class_thresholds(counts: tf.Tensor, share: float) -> tf.Tensor:
    """Confidences that a share of each class's pixels reaches, `(C,)`.

    The highest edge of a bin that at least `share` of the pixels of that
    class are at or above; the highest edge of all for an unseen class.

    Args:
        counts: `(C, K)`.
        share: In [0, 1].
    """
    reach = tf.cumsum(counts, axis=1, reverse=True)
    is_enough = reach >= share * reach[:, :1]
    edges = tf.reduce_sum(tf.cast(is_enough, tf.float32), axis=1) - 1
    return edges / BINS
