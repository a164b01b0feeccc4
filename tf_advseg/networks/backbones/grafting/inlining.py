"""A functional model with layers within layers, as a graph of plain ones.

    block(x)  ->  what block.call does to x: convolution, norm, sum, ...

The plain layers are the model's own, weights included. So its norms can be
found and replaced, and a file of the copy needs no library but Keras.
"""

from typing import Any
from typing import cast

import keras

from tf_advseg.networks.layers import DropPath


def inlined(trunk: keras.Model, tensors: list[Any]) -> keras.Function:
    """Returns the graph from a trunk's input to some of its tensors.

    Args:
        trunk: Of one input.
        tensors: Symbolic, of the trunk.

    Raises:
        ValueError: If a layer cannot be taken apart; says which.
    """
    (image,) = keras.tree.flatten(trunk.input)
    part = keras.Function(image, tensors)
    while any(_is_block(operation) for operation in part.operations):
        part = _once(part, image)  # There may be blocks within blocks.
    return part


def _once(part, image):
    start = keras.Input(image.shape[1:], dtype=image.dtype)

    def call(layer, *arguments, **_):
        return _unfolded(layer, arguments)

    found = cast(Any, part)._run_through_graph(start, call_fn=call)
    return keras.Function(start, keras.tree.flatten(found))


def _unfolded(layer, arguments):
    if not _is_block(layer):
        return layer(*arguments)
    kind = type(layer).__name__
    own = layer._trainable_variables + layer._non_trainable_variables
    if own:
        raise ValueError(
            f"The layer {kind} of the network has weights of its own, which "
            "this package cannot take over; take a network of convolutions "
            "and norms, or MiT."
        )
    if kind.endswith("DropPath"):  # It asks whether it trains.
        return DropPath(layer.rate)(*arguments) if layer.rate else arguments[0]
    return layer.call(*arguments)


def _is_block(operation):
    """Whether it is a layer, and none of Keras' own or this package's."""
    own = ("keras.src.layers.", "tf_advseg.")
    is_layer = isinstance(operation, keras.layers.Layer)
    return is_layer and not type(operation).__module__.startswith(own)
