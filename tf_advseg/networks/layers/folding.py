"""A convolution and the product behind it as one convolution.

    s * (W x) = (s W) x      s: one number a channel

A norm with still statistics is such a product, over maps that are hundreds of
times larger than the kernel. In a graph that is being traced the convolution
that made a map is known; it is made again with its kernel scaled, and the
first one, which nobody reads any more, is dropped. Layers and their weights
stay what they are.
"""

import tensorflow as tf

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
_OPTIONS = (
    "strides",
    "padding",
    "explicit_paddings",
    "data_format",
    "dilations",
)


def scaled_convolution(maps: tf.Tensor, scale: tf.Tensor) -> tf.Tensor | None:
    """Returns `maps * scale`, by the convolution that made the maps.

    Args:
        maps: `(B, H, W, C)`.
        scale: `(C,)`, of the same type.

    Returns:
        None if nothing is being traced, if something else made the maps, or
        if types differ.
    """
    if tf.executing_eagerly() or maps.dtype != scale.dtype:
        return None
    made_by = maps.op
    is_here = made_by.graph is tf.compat.v1.get_default_graph()
    if made_by.type not in CONVOLUTIONS or not is_here:
        return None
    images, kernel = made_by.inputs
    if made_by.type == "DepthwiseConv2dNative":
        kernel *= tf.reshape(scale, (*kernel.shape[2:],))
    else:
        kernel *= scale
    options = {name: _python(made_by.get_attr(name)) for name in _OPTIONS}
    convolve = getattr(tf.raw_ops, made_by.type)
    return convolve(input=images, filter=kernel, **options)


def _python(value):
    """What operations say of themselves in bytes they want to hear in text."""
    return value.decode() if isinstance(value, bytes) else value
