"""ClassMix: half of one image's classes cut out and pasted on another.

(Olsson et al., arXiv 2007.07936; across domains in DACS, arXiv 2007.08702.)
"""

import tensorflow as tf


def class_masks(
    labels: tf.Tensor, seeds: tf.Tensor, num_classes: int
) -> tf.Tensor:
    """Which pixels belong to a drawn half of their image's classes.

    An odd number of classes is rounded up. Ignored pixels are in no class.

    Args:
        labels: Train ids, int `(B, H, W)`.
        seeds: int64 `(B, 2)`, one an image.
        num_classes: C.

    Returns:
        Bool `(B, H, W)`.
    """
    one_hot = tf.one_hot(
        labels, num_classes, dtype=tf.bool, on_value=True, off_value=False
    )  # 255 is hot nowhere.
    is_present = tf.reduce_any(one_hot, axis=(1, 2))

    def draws(seed):
        return tf.random.stateless_uniform((num_classes,), seed)

    drawn = tf.map_fn(draws, seeds, fn_output_signature=tf.float32)
    # Classes that are not there rank behind all that are.
    drawn = tf.where(is_present, drawn, 2.0)
    rank = tf.argsort(tf.argsort(drawn, axis=1), axis=1)
    num_present = tf.reduce_sum(tf.cast(is_present, tf.int32), 1, keepdims=True)
    is_chosen = is_present & (rank < (num_present + 1) // 2)
    return tf.reduce_any(one_hot & is_chosen[:, None, None], axis=-1)


def at_size_of(
    images: tf.Tensor, labels: tf.Tensor, others: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Images and labels resized to the size of other images, if they differ.

    Args:
        images: `(B, h, w, 3)`.
        labels: Integers `(B, h, w)`.
        others: `(B, H, W, 3)`.
    """
    if images.shape[1:3] == others.shape[1:3] and None not in images.shape[1:3]:
        return images, labels
    size = tf.shape(others)[1:3]
    images = tf.image.resize(images, size)
    labels = tf.image.resize(tf.expand_dims(labels, -1), size, method="nearest")
    return images, tf.squeeze(labels, -1)


def pasted(mask: tf.Tensor, above: tf.Tensor, below: tf.Tensor) -> tf.Tensor:
    """`above` where the mask `(B, H, W)` holds, and `below` elsewhere."""
    if len(above.shape) == len(mask.shape) + 1:
        mask = tf.expand_dims(mask, -1)
    return tf.where(mask, above, below)
