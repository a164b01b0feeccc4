"""Recognises by the names in a PyTorch checkpoint what it is for."""

import re
from collections.abc import Mapping

import numpy as np

from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.errors import shown

PREFIXES = ("module.", "Scale.")
"""Of data-parallel training, and of the multi-scale Caffe conversion."""

FC6 = "features.29.weight"
BACKBONE_MARKS = {
    "resnet": "layer1.0.conv1.weight",
    "vgg16": "features.0.weight",
    "efficientnet_lite0": "_conv_stem.weight",
}
DISCRIMINATOR_MARKS = {"conv4.weight": False, "8.weight": True}
CLASSIFIERS = ("fc.", "classifier.", "_conv_head.", "_bn1.", "_fc.")
"""Of ImageNet, by their first component; never part of a backbone."""


def strip_prefixes(
    arrays: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Returns the arrays without the prefixes that all names share."""
    arrays = dict(arrays)
    prefix = _common_prefix(arrays)
    while prefix:
        arrays = {
            name.removeprefix(prefix): array for name, array in arrays.items()
        }
        prefix = _common_prefix(arrays)
    return arrays


def _common_prefix(arrays):
    for prefix in PREFIXES:
        if arrays and all(name.startswith(prefix) for name in arrays):
            return prefix
    return ""


def recognise(arrays: Mapping[str, np.ndarray], origin: str) -> Naming:
    """Returns what the names say; the shapes are checked on assignment.

    Args:
        arrays: The checkpoint, prefixes stripped.
        origin: The checkpoint's name, for messages.

    Raises:
        WeightsError: If it is none of the networks of this package.
    """
    for network, mark in BACKBONE_MARKS.items():
        if mark in arrays:
            return _recognise_network(arrays, network, origin)
    for mark, is_numbered in DISCRIMINATOR_MARKS.items():
        if mark in arrays:
            first = "0.weight" if is_numbered else "conv1.weight"
            return Naming(
                kind="discriminator",
                network="discriminator",
                num_classes=_size(arrays, first, axis=1, origin=origin),
                is_numbered=is_numbered,
            )
    names = ", ".join(shown(name) for name in list(arrays)[:5])
    raise WeightsError(
        f"{origin} is no checkpoint that this package knows; expected a "
        "DeepLab-v2 on ResNet or VGG-16 of AdaptSegNet or ADVENT, one of "
        "their discriminators, or an ImageNet ResNet, VGG-16 or "
        f"EfficientNet-Lite0, received tensors called {names}."
    )


def _recognise_network(arrays, network, origin):
    heads = _find_heads(arrays)
    if heads:
        num_classes = _size(
            arrays, f"{heads[MAIN]}.conv2d_list.0.bias", 0, origin
        )
    return Naming(
        kind="segmenter" if heads else "backbone",
        network=network,
        heads=heads,
        num_classes=num_classes if heads else 0,
        blocks=_count_blocks(arrays, origin) if network == "resnet" else (),
        is_torchvision=network == "vgg16" and not heads and FC6 not in arrays,
    )


def _find_heads(arrays):
    """Returns the classifiers by level.

    With both `layer5` and `layer6` the second is the main one; a network
    with one level calls it `layer5` (AdaptSegNet) or `layer6` (ADVENT).
    """
    found = sorted({n.split(".")[0] for n in arrays if ".conv2d_list." in n})
    if len(found) == 2:
        return {MAIN: found[1], AUX: found[0]}
    return {MAIN: found[0]} if len(found) == 1 else {}


def _count_blocks(arrays, origin):
    """Returns the bottlenecks a stage, as many as the names go up to."""
    last = dict.fromkeys(range(1, 5), 0)
    for name in arrays:
        found = re.match(r"layer([1-4])\.(\d{1,3})\.", name)
        if found:
            last[int(found[1])] = max(last[int(found[1])], int(found[2]))
    for stage, index in last.items():
        for block in range(index + 1):
            _size(arrays, f"layer{stage}.{block}.conv3.weight", 0, origin)
    return tuple(index + 1 for index in last.values())


def _size(arrays, name, axis, origin):
    if name not in arrays:
        raise WeightsError(
            f"{origin} does not fit the network: it lacks {shown(name)}."
        )
    if arrays[name].ndim <= axis:
        raise WeightsError(f"{shown(name)} of {origin} is only one number.")
    return int(arrays[name].shape[axis])
