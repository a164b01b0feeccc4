"""Recognises by the names in a PyTorch checkpoint what it is for."""

import os
import re
from collections.abc import Mapping

import numpy as np

from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.weights.assign import axis_size
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.pytorch_names import families
from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.errors import shown

PREFIXES = re.compile(r"(module\.|Scale\.)*")
"""Of data-parallel training, and of the multi-scale Caffe conversion."""

DISCRIMINATOR_MARKS = {"conv4.weight": False, "8.weight": True}


def classifiers() -> tuple[str, ...]:
    """How names of ImageNet's classifiers begin; no backbone has them."""
    return tuple(
        prefix
        for backbone, *_ in families().values()
        for prefix in backbone.classifier
    )


def strip_prefixes(
    arrays: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Returns the arrays without the prefixes that all names share."""
    shared = os.path.commonprefix(list(arrays))  # noqa: RUF071 (no paths)
    found = PREFIXES.match(shared)
    start = found.end() if found else 0
    return {name[start:]: array for name, array in arrays.items()}


def recognise(arrays: Mapping[str, np.ndarray], origin: str) -> Naming:
    """Returns what the names say; the shapes are checked on assignment.

    Args:
        arrays: The checkpoint, prefixes stripped.
        origin: The checkpoint's name, for messages.

    Raises:
        WeightsError: If it is none of the networks of this package.
    """
    for backbone, *_ in families().values():
        if backbone.is_checkpoint(arrays):
            return _recognise_network(arrays, backbone, origin)
    for mark, is_numbered in DISCRIMINATOR_MARKS.items():
        if mark in arrays:
            first = "0.weight" if is_numbered else "conv1.weight"
            return Naming(
                kind="discriminator",
                network="discriminator",
                num_classes=axis_size(arrays, first, 1, origin),
                is_numbered=is_numbered,
            )
    names = ", ".join(shown(name) for name in list(arrays)[:5])
    raise WeightsError(
        f"{origin} is no checkpoint that this package knows; expected a "
        "DeepLab-v2 of AdaptSegNet or ADVENT, one of their discriminators, or "
        f"an ImageNet network ({', '.join(sorted(families()))}), received "
        f"tensors called {names}."
    )


def _recognise_network(arrays, backbone, origin):
    heads = _find_heads(arrays)
    num_classes = 0
    if heads:
        first = f"{heads[MAIN]}.conv2d_list.0.bias"
        num_classes = axis_size(arrays, first, 0, origin)
    return Naming(
        kind="segmenter" if heads else "backbone",
        network=backbone.network,
        heads=heads,
        num_classes=num_classes,
        **backbone.checkpoint_facts(arrays, origin),
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
