"""What several decoders are made of.

Every name given here begins with `decoder_`.
"""

from typing import Any

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_range
from tf_advseg.networks.keras_types import normal
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.networks.layers import GroupNorm

NORMS = ("group", "batch")
GROUP = 8
"""Channels that a group norm takes together."""


def check_options(channels: int, norm: str, dropout: float = 0.0) -> None:
    """Raises `ValueError` if a decoder's options cannot be."""
    if channels < GROUP or channels % GROUP:
        raise ValueError(
            f"Expected channels to be a multiple of {GROUP}; "
            f"received {channels!r}."
        )
    check_choice("norm", norm, NORMS)
    check_range("dropout", dropout, 0, 0.9)


def convolution(x: Any, filters: int, name: str, *, use_bias=True) -> Any:
    """A 1x1 convolution, `(B, h, w, F)` to `(B, h, w, filters)`."""
    return keras.layers.Conv2D(
        filters, 1, use_bias=use_bias, name=f"decoder_{name}"
    )(x)


def norm_relu(x: Any, kind: str, name: str) -> Any:
    """Normalisation, then ReLU.

    Args:
        x: Features `(B, h, w, F)`.
        kind: "group", of `GROUP` channels, or "batch", see `BatchNorm`.
        name: Of the features.
    """
    check_choice("norm", kind, NORMS)
    if kind == "group":
        norm = GroupNorm(x.shape[-1] // GROUP, name=f"decoder_{name}_norm")
        x = norm(x)
    else:
        x = BatchNorm("trainable", name=f"decoder_{name}_norm")(x)
    return keras.layers.Activation("relu", name=f"decoder_{name}_relu")(x)


def separable(
    x: Any, filters: int, norm: str, name: str, *, dilation: int = 1
) -> Any:
    """A depthwise 3x3 and a 1x1 convolution, normalisation and ReLU."""
    x = keras.layers.DepthwiseConv2D(
        3,
        padding="same",
        dilation_rate=dilation,
        use_bias=False,
        # Keras' own count of a depthwise kernel's inputs is off by F.
        depthwise_initializer=_fan_out(1.0),
        name=f"decoder_{name}_depthwise",
    )(x)
    x = keras.layers.Conv2D(
        filters,
        1,
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"decoder_{name}_pointwise",
    )(x)
    return norm_relu(x, norm, name)


def classifier(x: Any, num_classes: int, level: str) -> Any:
    """A 1x1 convolution to a level's logits, float32 in mixed precision."""
    return keras.layers.Conv2D(
        num_classes,
        1,
        kernel_initializer=normal(stddev=0.01),
        dtype=keras.config.dtype_policy().variable_dtype,
        name=f"{level}_logits",
    )(x)


def pooled(x: Any, name: str) -> Any:
    """The mean over the image, `(B, h, w, F)` to `(B, 1, 1, F)`."""
    return keras.layers.GlobalAveragePooling2D(
        keepdims=True, name=f"decoder_{name}"
    )(x)


def resized(x: Any, like: Any, name: str) -> Any:
    """Features at the size of others, corners aligned."""
    return CornersAlignedResize(name=f"decoder_{name}")([x, like])


def dropout(x: Any, rate: float) -> Any:
    """Dropout before the classifier; no layer where the rate is 0."""
    if not rate:
        return x
    return keras.layers.Dropout(rate, name="decoder_dropout")(x)


def _fan_out(scale: float) -> Any:
    return keras.initializers.VarianceScaling(
        scale, mode="fan_out", distribution="untruncated_normal"
    )
