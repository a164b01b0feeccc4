"""Pillow's bicubic resize as TensorFlow operations, equal to the last bit.

Training, evaluation and prediction resize images with Pillow (bicubic,
antialiased); an artefact that resized otherwise would be another model.
`tf.image.resize(antialias=True)` has the same kernel but differs by one grey
level here and there, because Pillow computes in integers:

    width first, then height; each pass is
    out[i] = clip((2^21 + sum_t pixel[first_i + t] * k[t, i]) >> 22, 0, 255)

where `k` are the cubic's weights (a = -1/2), stretched by the scale when
shrinking, normalised to sum 1 and rounded to multiples of 2^-22. From
version 13 on, Pillow does the height first where that drops more than twice
as many rows as the width drops columns (found by trying sizes); this project
asks it for the width first, always (`tf_advseg.datasets.files.resizing`).
"""

import tensorflow as tf

_BITS = 22
"""Fractional bits of Pillow's weights for 8-bit images."""


def resize_bicubic(images: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    """Resizes uint8 images `(B, H, W, C)`; every size may be dynamic.

    Args:
        images: uint8.
        size: Output (height, width) in pixels.

    Returns:
        uint8 `(B, height, width, C)`, what
        `tf_advseg.datasets.files.resizing.resize_image` gives.
    """
    height, width = size
    resized = _resize_rows(_resize_columns(images, width), height)
    return tf.ensure_shape(resized, (None, height, width, images.shape[3]))


def _resize_columns(images, num_columns):
    """Resizes axis 2, turned: rows are long runs of memory to gather."""
    turned = tf.transpose(images, (0, 2, 1, 3))
    return tf.transpose(_resize_rows(turned, num_columns), (0, 2, 1, 3))


def _resize_rows(images, num_rows):
    """Resizes axis 1; the identity, without work, where sizes are equal."""
    return tf.cond(
        tf.equal(tf.shape(images)[1], num_rows),
        lambda: images,
        lambda: _weighted_rows(images, num_rows),
    )


def _weighted_rows(images, num_rows):
    num_inputs = tf.shape(images)[1]
    first, weights = _integer_weights(num_inputs, num_rows)
    shape = tf.shape(images)
    total = tf.fill((shape[0], num_rows, shape[2], shape[3]), 1 << (_BITS - 1))

    def add_tap(tap, total):
        rows = tf.minimum(first + tap, num_inputs - 1)
        pixels = tf.cast(tf.gather(images, rows, axis=1), tf.int32)
        return tap + 1, total + pixels * weights[tap][:, None, None]

    def is_left(tap, total):
        del total
        return tap < tf.shape(weights)[0]

    _, total = tf.while_loop(is_left, add_tap, (0, total))
    pixels = tf.bitwise.right_shift(total, _BITS)
    return tf.cast(tf.clip_by_value(pixels, 0, 255), tf.uint8)


def _integer_weights(num_inputs, num_outputs):
    """Returns first inputs `(outputs,)` and weights `(taps, outputs)`."""
    scale = tf.cast(num_inputs, tf.float64) / num_outputs
    stretch = tf.maximum(scale, 1.0)
    support = 2.0 * stretch
    centre = (tf.range(num_outputs, dtype=tf.float64) + 0.5) * scale
    first = tf.maximum(tf.cast(centre - support + 0.5, tf.int32), 0)
    end = tf.minimum(tf.cast(centre + support + 0.5, tf.int32), num_inputs)
    taps = tf.range(tf.reduce_max(end - first))[:, None]
    position = tf.cast(taps + first, tf.float64) - centre + 0.5
    weights = _cubic(position / stretch)
    weights = tf.where(taps < end - first, weights, tf.zeros_like(weights))
    weights = weights / tf.reduce_sum(weights, axis=0)
    # A cast truncates, so this rounds halves away from zero, as Pillow does.
    weights = weights * (1 << _BITS) + 0.5 * tf.sign(weights)
    return first, tf.cast(weights, tf.int32)


def _cubic(x):
    """Keys' cubic convolution kernel with a = -1/2."""
    x = tf.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    outside = tf.zeros_like(x)
    return tf.where(x < 1.0, near, tf.where(x < 2.0, far, outside))
