"""When a run begins to adapt, and how gently.

    weight(t) = min(1, max(0, (t - delay) / warmup))   at update t = 1, 2, ...

Until then the target's terms weigh nothing: the segmenter learns from labels
alone while the discriminators already learn to tell the domains apart.
"""

import tensorflow as tf


def weight(updates: tf.Tensor, delay: int, warmup: int) -> tf.Tensor:
    """The factor of all target weights in the update after `updates` ones.

    Args:
        updates: Made so far: the step's only clock, so that a resumed run
            goes on where it was.
        delay: Updates without the target.
        warmup: Updates over which its weight then rises to the full one; 0
            and 1 give it at once.

    Example:
        >>> [float(weight(tf.constant(t), 2, 4)) for t in (1, 2, 3, 9)]
        [0.0, 0.25, 0.5, 1.0]
    """
    since = tf.cast(updates, tf.float32) + (1.0 - delay)
    return tf.clip_by_value(since / max(warmup, 1), 0.0, 1.0)
