"""Puts the weights of a library's network into the layers made of it."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import assign


def fill(
    model: keras.Model, layers: Mapping[str, keras.layers.Layer], origin: str
) -> None:
    """Copies the weights of layers into those of the same name.

    Args:
        model: A backbone's; layers that the library's network has beyond it
            (a classifier's) are left out.
        layers: Of the library's network, by the names that the model's have.
        origin: Where they come from, for messages.

    Raises:
        WeightsError: If one is missing or of another size; the model is
            unchanged then.
    """
    slots, arrays = [], {}
    for layer in model.layers:
        wanted = _variables(layer)
        theirs = layers.get(layer.name)
        given = {} if theirs is None else _variables(theirs)
        if isinstance(layer, BatchNorm) and theirs is not None:
            # Networks that need no scale or offset have none.
            for name, neutral in (("gamma", 1.0), ("beta", 0.0)):
                shape = wanted[name].shape
                given.setdefault(name, np.full(shape, neutral, np.float32))
        for name, variable in wanted.items():
            slots.append(Slot(f"{layer.name}/{name}", variable))
        for name, value in given.items():
            array = np.asarray(value)
            if isinstance(theirs, keras.layers.Dense) and array.ndim == 2:
                array = array[None, None]  # A 1x1 convolution's here.
            arrays[f"{layer.name}/{name}"] = array
    assign(slots, arrays, origin)


def _variables(layer) -> dict[str, Any]:
    """A norm's weights by name, as it may lack some; others by their place."""
    if hasattr(layer, "moving_mean"):
        return {variable.name: variable for variable in layer.weights}
    return {str(place): one for place, one in enumerate(layer.weights)}
