"""How far features of things have gone from those of ImageNet.

DAFormer's thing-class feature distance (Hoyer et al., arXiv 2111.14887,
section 3.3): ImageNet knows things (a bus, a train) and hardly any stuff, and
a segmenter forgets early what it knew of them. With F the bottleneck features
of the segmenter, F_I those of the same backbone with ImageNet's weights, and
cells j of an image,

    d = mean over j in J of |F(x_s)_j - F_I(x_s)_j|_2
    J = cells at least 0.75 of which is of one class of things

The mean is of each image's cells, then of the images; an image without such
cells has d = 0.
"""

from collections.abc import Sequence

import tensorflow as tf

THINGS = (
    "traffic light",
    "traffic sign",
    "person",
    "rider",
    "car",
    "truck",
    "bus",
    "train",
    "motorcycle",
    "bicycle",
)
"""Those of Cityscapes' 19 classes that DAFormer's program takes."""

ENOUGH = 0.75
"""Share of a cell that has to be of one class (DAFormer's program)."""


def thing_ids(
    things: Sequence[str], class_names: Sequence[str]
) -> tuple[int, ...]:
    """Train ids of the classes that are things.

    Args:
        things: Their names; none: those of `THINGS` that there are.
        class_names: Of all classes.

    Raises:
        ValueError: If one is no class, or none is a thing.
    """
    wanted = things or [name for name in THINGS if name in class_names]
    unknown = [name for name in wanted if name not in class_names]
    if unknown or not wanted:
        raise ValueError(
            f"feature_distance: {', '.join(unknown) or 'no thing'} is among "
            f"the classes {', '.join(class_names)}; name those that are "
            'things, things=("car", "person") say.'
        )
    return tuple(class_names.index(name) for name in wanted)


def cells_of_things(
    labels: tf.Tensor, ids: Sequence[int], size: tf.Tensor
) -> tf.Tensor:
    """Which cells are of one class of things, bool `(B, h, w)`.

    Args:
        labels: Integers `(B, H, W)`; ignored pixels are of no class.
        ids: Of the things.
        size: h and w, int32 `(2,)`.
    """
    is_of = tf.stack([labels == number for number in ids], axis=-1)
    shares = tf.image.resize(tf.cast(is_of, tf.float32), size, method="area")
    # A hair less: sums of pixels' areas are rounded.
    return tf.reduce_any(shares >= ENOUGH - 1e-5, axis=-1)


def distance(
    features: tf.Tensor, anchors: tf.Tensor, is_thing: tf.Tensor
) -> tf.Tensor:
    """d, a scalar; see the module.

    Args:
        features: F, float `(B, h, w, K)`.
        anchors: F_I, the same.
        is_thing: J, bool `(B, h, w)`.
    """
    squares = tf.reduce_sum(tf.math.squared_difference(features, anchors), -1)
    # The root has no slope at 0, where features are still ImageNet's.
    lengths = tf.sqrt(tf.maximum(squares, 1e-12))
    counts = tf.cast(is_thing, lengths.dtype)
    of_image = tf.math.divide_no_nan(
        tf.reduce_sum(counts * lengths, axis=(1, 2)),
        tf.reduce_sum(counts, axis=(1, 2)),
    )
    return tf.reduce_mean(of_image)
