"""Compares a filled Keras network with the checkpoint it came from.

Two questions, a table each. Do the variables hold the checkpoint's numbers?
(`compare_tensors`: largest difference and checksum of every tensor.) Does
the network compute with them what the program computed? (`compare_layers`:
the output of every layer on one noise image, against `numpy_network`.)

What this shows and what not: `numpy_network` is the published structure,
not PyTorch. How many classifier branches are summed and how images are
normalised cannot be read from a file; both sides take the same choice.
"""

import zlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np

from tf_advseg.networks.weights import numpy_network
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.pytorch_names import Naming


class TensorParity(NamedTuple):
    """One tensor in the checkpoint and in the Keras network.

    Attributes:
        name: PyTorch's name.
        variable: The Keras variable's path.
        shape: PyTorch's order of axes.
        difference: The largest, absolute; 0 if the checkpoint is float32.
        crc32: Of the variable's float32 bytes in PyTorch's order.
    """

    name: str
    variable: str
    shape: tuple[int, ...]
    difference: float
    crc32: str


class LayerParity(NamedTuple):
    """One layer's output in Keras and in NumPy.

    Attributes:
        name: PyTorch's name.
        difference: The largest, absolute.
        largest: The largest absolute value in NumPy.
    """

    name: str
    difference: float
    largest: float

    @property
    def relative(self) -> float:
        return self.difference / self.largest if self.largest else 0.0

    @property
    def is_comparable(self) -> bool:
        """False where numbers are not finite or leave float32's range."""
        return bool(np.isfinite([self.difference, self.largest]).all())


def compare_tensors(
    slots: Sequence[Slot], arrays: Mapping[str, np.ndarray]
) -> list[TensorParity]:
    """Compares every filled variable with its array."""
    rows = []
    for slot in slots:
        found = slot.layout.to_torch(np.asarray(slot.variable))
        expected = arrays[slot.name].astype(np.float64)
        difference = np.abs(found - expected).max() if found.size else 0.0
        rows.append(
            TensorParity(
                slot.name,
                slot.variable.path,
                found.shape,
                float(difference),
                checksum(slot),
            )
        )
    return rows


def checksum(slot: Slot) -> str:
    """Returns the CRC-32 of a variable's float32 bytes, PyTorch's order."""
    array = slot.layout.to_torch(np.asarray(slot.variable, "<f4"))
    return f"{zlib.crc32(np.ascontiguousarray(array)):08x}"


def compare_layers(
    model: keras.Model,
    naming: Naming,
    arrays: Mapping[str, np.ndarray],
    image: np.ndarray,
    normalised: np.ndarray,
    aspp_branches: int,
) -> list[LayerParity]:
    """Compares every layer's output on one image.

    Args:
        model: The filled network.
        naming: What the checkpoint holds.
        arrays: The checkpoint, prefixes stripped.
        image: `(H, W, C)` as `model` takes it.
        normalised: `(H, W, C)`, what the model's preprocessing makes of it.
        aspp_branches: How many branches each classifier sums.
    """
    layers = _named_layers(model, naming)
    outputs = keras.Model(
        model.input, {name: layer.output for name, layer in layers.items()}
    )(image[np.newaxis])
    rows = []

    def visit(name, wanted):
        activation = getattr(layers[name], "activation", None)
        if activation is keras.activations.relu:
            wanted = np.maximum(wanted, 0)
        difference = np.abs(np.asarray(outputs[name])[0] - wanted).max()
        largest = np.abs(wanted).max()
        rows.append(LayerParity(name, float(difference), float(largest)))

    with np.errstate(all="ignore"):
        numpy_network.run(naming, arrays, normalised, aspp_branches, visit)
    return rows


def _named_layers(model, naming):
    names = {_layer_name(layer, naming): layer for layer in model.layers}
    return {name: layer for name, layer in names.items() if name}


def _layer_name(layer, naming):
    """PyTorch's name, or the classifier's for the sum of its branches."""
    level = layer.name.removesuffix("_logits")
    if level in naming.heads and level != layer.name:
        return naming.heads[level]
    return naming.layer_name(layer.name) if layer.variables else None
