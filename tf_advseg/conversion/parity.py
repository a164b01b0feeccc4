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

from tf_advseg.networks.layers.preprocessing import NORMALISATIONS
from tf_advseg.networks.weights import numpy_network
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.pytorch_names import families
from tf_advseg.networks.weights.torch.errors import WeightsError

DISCRIMINATOR_PROBE_SIZE = (37, 50)
"""(H, W) of the noise that both networks see."""

MAX_DEVIATION = 1e-2
"""Of a layer's outputs, relative to its largest; float32 stays below 1e-4."""


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
    return f"{zlib.crc32(np.ascontiguousarray(array).data):08x}"


def compare_layers(
    model: keras.Model,
    naming: Naming,
    arrays: Mapping[str, np.ndarray],
    aspp_branches: int,
    preprocessing: str,
) -> list[LayerParity]:
    """Compares the output of every layer on a noise image.

    Args:
        model: The filled network.
        naming: What the checkpoint holds.
        arrays: The checkpoint, prefixes stripped.
        aspp_branches: How many branches each classifier sums.
        preprocessing: How the network was fed.

    Raises:
        WeightsError: If a layer computes something else.
    """
    image, normalised = _noise(naming, preprocessing)
    if image is None or normalised is None:
        return []
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
    for row in rows:
        if row.is_comparable and row.relative > MAX_DEVIATION:
            raise WeightsError(
                f"The converted network does not compute what the checkpoint "
                f"describes: {row.name!r} differs by {row.difference:.3g} "
                f"where values go up to {row.largest:.3g}; nothing was written."
            )
    return rows


def _noise(naming, preprocessing):
    """`(H, W, C)` as the Keras network takes it, and normalised; or Nones."""
    rng = np.random.default_rng(0)
    if naming.kind == "discriminator":
        size = (*DISCRIMINATOR_PROBE_SIZE, naming.num_classes)
        return (rng.uniform(0, 1, size),) * 2
    size = families()[naming.network][0].probe_size
    if size is None:
        return None, None
    image = rng.uniform(0, 255, (*size, 3))
    normalisation = NORMALISATIONS[preprocessing]
    ordered = image
    if normalisation.channel_order == "bgr":
        ordered = image[..., ::-1]
    return image, (ordered - np.array(normalisation.mean)) / normalisation.std


def _named_layers(model, naming):
    names = {_layer_name(layer, naming): layer for layer in model.layers}
    return {name: layer for name, layer in names.items() if name}


def _layer_name(layer, naming):
    """PyTorch's name, or the classifier's for the sum of its branches."""
    level = layer.name.removesuffix("_logits")
    if level in naming.heads and level != layer.name:
        return naming.heads[level]
    return naming.layer_name(layer.name) if layer.variables else None
