"""Fully convolutional discriminators: which domain is this map from?

Both official programs use the first one: five 4x4 convolutions, the
structure of DCGAN without batch norm, so that every output sees a patch.
Positive logits say TARGET (1), negative ones SOURCE (0).
"""

import math
from collections.abc import Sequence

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.networks.keras_types import input_of
from tf_advseg.networks.keras_types import uniform
from tf_advseg.networks.layers import LeakyReLU
from tf_advseg.networks.layers import SpectralConv2D

KINDS = ("image", "logits", "features", "cells")
LAST = "classifier"


def for_maps(
    kind: str,
    num_channels: int,
    *,
    width: int = 64,
    num_layers: int = 0,
    spectral: bool = False,
    name: str,
) -> keras.Model:
    """Returns the discriminator for one kind of map.

    Args:
        kind: `image`, a map of the image's size: the papers' network;
            `logits`, a map of logits before resizing: four of its
            convolutions, which shrink no map to nothing; `features`, a
            feature map: the same idea in three convolutions, to about 1/32
            of the image from features at 1/8; `cells`: every cell of a
            feature map by itself.
        num_channels: Of the maps.
        width: Channels of the papers' first convolution, 64; the other two
            kinds have twice and four times as many. Cost goes with its
            square.
        num_layers: Convolutions of the first two kinds; 0: as said there.
        spectral: Whether kernels are divided by their spectral norms; see
            `layers.SpectralConv2D`.
        name: Of the model.
    """
    check_choice("kind of map", kind, KINDS)
    if kind == "cells":
        return pixel_discriminator(
            num_channels, width=4 * width, spectral=spectral, name=name
        )
    if kind == "features":
        return fully_convolutional_discriminator(
            num_channels,
            strides=(1, 2, 2),
            width=2 * width,
            spectral=spectral,
            name=name,
        )
    num_layers = num_layers or (5 if kind == "image" else 4)
    return fully_convolutional_discriminator(
        num_channels,
        strides=(2,) * num_layers,
        width=width,
        rounds_up=kind == "logits",
        spectral=spectral,
        name=name,
    )


def fully_convolutional_discriminator(
    num_channels: int,
    *,
    strides: Sequence[int] = (2, 2, 2, 2, 2),
    width: int = 64,
    rounds_up: bool = False,
    spectral: bool = False,
    name: str = "discriminator",
) -> keras.Model:
    """Tsai et al., "Learning to Adapt Structured Output Space" (2018), 3.2.

    4x4 convolutions with padding 1 and `width`, 2, 4, 8 times `width` and 1
    channels, leaky ReLU (0.2) between them. A side of n becomes n // 2 for
    stride 2 (so five of them need maps of 32 pixels or more) and stays n for
    stride 1; the logits are not resized.

    Args:
        num_channels: C of the maps that it judges.
        strides: One per convolution, 2 or 1; ones suit small maps.
        width: Channels of the first convolution.
        rounds_up: Whether stride 2 makes a side ceil(n / 2) instead, with one
            row more below: nothing of a small map is lost.
        spectral: As of `for_maps`.
        name: Of the model.

    Returns:
        A functional model from `(B, H, W, C)` to logits `(B, h, w, 1)`.
    """
    inputs = input_of((None, None, num_channels), "map")
    x = inputs
    for index, stride in enumerate(strides):
        last = index == len(strides) - 1
        # An even kernel of stride 1 keeps the size with one row more below.
        after = 1 if stride == 2 and not rounds_up else 2
        pad = keras.layers.ZeroPadding2D(
            ((1, after), (1, after)), name=f"pad{index + 1}"
        )
        x = pad(x)
        x = _convolution(
            x,
            1 if last else width * 2 ** min(index, 3),
            kernel_size=4,
            stride=stride,
            spectral=spectral,
            name=LAST if last else f"conv{index + 1}",
        )
    return keras.Model(inputs, x, name=name)


def pixel_discriminator(
    num_channels: int,
    *,
    width: int = 256,
    spectral: bool = False,
    name: str = "discriminator",
) -> keras.Model:
    """Judges every cell of a feature map by itself, with 1x1 convolutions.

    Hoffman et al., "FCNs in the Wild" (2016), 3.1: each spatial unit of the
    representation is one instance for the domain classifier.

    Args:
        num_channels: F of the features that it judges.
        width: Channels of the two hidden convolutions.
        spectral: As of `for_maps`.
        name: Of the model.

    Returns:
        A functional model from `(B, h, w, F)` to logits `(B, h, w, 1)`.
    """
    inputs = input_of((None, None, num_channels), "map")
    x = inputs
    for filters, layer in ((width, "conv1"), (width, "conv2"), (1, LAST)):
        x = _convolution(
            x, filters, kernel_size=1, stride=1, spectral=spectral, name=layer
        )
    return keras.Model(inputs, x, name=name)


def _convolution(x, filters, *, kernel_size, stride, spectral, name):
    """A convolution with PyTorch's default initialisation, and its ReLU."""
    bound = 1 / math.sqrt(kernel_size**2 * x.shape[-1])
    is_classifier = name == LAST
    convolution = SpectralConv2D if spectral else keras.layers.Conv2D
    x = convolution(
        filters,
        kernel_size,
        strides=stride,
        kernel_initializer=uniform(bound),
        bias_initializer=uniform(bound),
        # The logits are float32 also in mixed precision.
        dtype=keras.config.dtype_policy().variable_dtype
        if is_classifier
        else None,
        name=name,
    )(x)
    if is_classifier:
        return x
    return LeakyReLU(0.2, name=f"{name}_relu")(x)
