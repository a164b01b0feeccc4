"""Resizing of feature maps with aligned corners.

Output row i of H reads input row i * (h - 1) / (H - 1): the corner pixels of
input and output coincide. Both official programs resize logits this way
(`align_corners=True`); a resize by pixel centres instead costs about 1.6
points of mIoU on a network that was trained with aligned corners.

Shapes: B batch, h, w input and H, W output height and width, C channels.
"""

from typing import Any

import tensorflow as tf

Size = Any
"""(height, width): integers, a static shape, or a tensor of two."""


def resize_corners_aligned(x: tf.Tensor, size: Size) -> tf.Tensor:
    """Resizes maps bilinearly, corners aligned.

    Args:
        x: `(B, h, w, C)` maps, floating point; every size may be dynamic.
        size: Output size in pixels.

    Returns:
        `(B, H, W, C)` maps; float64 for float64 maps and float32 for every
        other type, because softmax and arg-max of upsampled logits need it.

    Example:

    >>> resize_corners_aligned(tf.constant([[[[0.0], [2.0]]]]), (1, 3))
    <tf.Tensor: shape=(1, 1, 3, 1), dtype=float32, numpy=
    array([[[[0.],
             [1.],
             [2.]]]], dtype=float32)>
    """
    x = tf.convert_to_tensor(x)
    if x.dtype == tf.float64:
        return _resize_by_matrices(x, size)
    # One operation, which the LiteRT converter knows; it has no float64 form.
    return tf.raw_ops.ResizeBilinear(
        images=tf.cast(x, tf.float32),
        size=tf.cast(tf.convert_to_tensor(size), tf.int32),
        align_corners=True,
        half_pixel_centers=False,
    )


def _resize_by_matrices(x: tf.Tensor, size: Size) -> tf.Tensor:
    """The same resize as two products, rows then columns."""
    shape = tf.shape(x)
    rows = _interpolation_matrix(shape[1], size[0], x.dtype)
    columns = _interpolation_matrix(shape[2], size[1], x.dtype)
    x = tf.einsum("Hh,bhwc->bHwc", rows, x)
    return tf.einsum("Ww,bhwc->bhWc", columns, x)


def _interpolation_matrix(
    num_inputs: tf.Tensor, num_outputs: Any, dtype: tf.DType
) -> tf.Tensor:
    """Returns the `(outputs, inputs)` weights of linear interpolation."""
    inputs = tf.cast(tf.range(num_inputs), dtype)
    outputs = tf.cast(tf.range(num_outputs), dtype)
    # A single output pixel reads the first input pixel.
    intervals = tf.maximum(tf.cast(num_outputs, dtype) - 1, 1)
    positions = outputs * (tf.cast(num_inputs, dtype) - 1) / intervals
    distances = tf.abs(positions[:, None] - inputs[None, :])
    return tf.maximum(1 - distances, 0)
