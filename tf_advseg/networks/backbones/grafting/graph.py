"""A functional model of another library, made again on images of any size.

Layers are copied one by one under names that do not depend on what else was
built before, with this package's batch norm for Keras' own: so statistics can
be frozen, or be of one domain, and converters fold them.

    trunk (256x256) -> its pyramid -> the same layers on `images` (B, H, W, 3)
"""

import functools
import itertools
import re
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any
from typing import cast

import keras

from tf_advseg.networks.layers import BatchNorm

SIDE = 256
"""Pixels of the square image that a trunk is built on, to see its strides."""
STRIDES = (4, 8, 16, 32)
_MERGES = {"Add": keras.layers.Add, "Multiply": keras.layers.Multiply}
"""Operations that are no layers, by the layers that do the same."""


def pyramid_of(trunk: keras.Function) -> list[Any]:
    """Finds the maps of strides 4, 8, 16 and 32.

    Of each size it is the last one that all that comes later is computed of:
    no branch of a block, and no shortcut leads past it.

    Args:
        trunk: Built on images of `SIDE` x `SIDE`.

    Returns:
        Its symbolic tensors `(B, h, w, F)`, fine to coarse.

    Raises:
        ValueError: If it has none of a size.
    """
    made_by = list(trunk.operations)
    made = [keras.tree.flatten(operation.output) for operation in made_by]
    places = {id(x): place for place, found in enumerate(made) for x in found}
    reach = list(range(len(made_by)))
    for place, operation in enumerate(made_by[1:], start=1):
        for tensor in keras.tree.flatten(operation.input):
            at = places[id(tensor)]
            reach[at] = max(reach[at], place)
    found = {}
    furthest = 0
    for place, tensors in enumerate(made):
        maps = [x for x in tensors if len(x.shape) == 4]
        if furthest <= place:
            found |= {tuple(x.shape[1:3]): x for x in maps}
        furthest = max(furthest, reach[place])
    missing = [n for n in STRIDES if (SIDE // n, SIDE // n) not in found]
    if missing:
        raise ValueError(
            f"The network {trunk.name!r} has no map of stride {missing[0]} "
            "that all deeper ones come from, which a segmenter needs; take "
            "one that gives a pyramid: a ResNet or an EfficientNet, say."
        )
    return [found[SIDE // n, SIDE // n] for n in STRIDES]


def graft(
    trunk: keras.Function,
    tensors: Sequence[Any],
    images: Any,
    before: Callable[[Any], Any],
    norm: Callable[..., BatchNorm],
) -> list[Any]:
    """Makes the layers between a trunk's input and some of its tensors again.

    Args:
        trunk: What is copied; its weights are not.
        tensors: Symbolic, of the trunk.
        images: Symbolic input `(B, H, W, 3)`.
        before: From images to what the trunk's first layer is to see; layers
            that only normalise are left out (see `normalisation`).
        norm: Makes a batch norm of `epsilon` and `name`.

    Returns:
        What stands for `tensors` on `images`.
    """
    names = canonical_names(trunk)
    normalised = before(images)
    skipped = {id(layer) for layer in leading(trunk)}
    copies: dict[int, Any] = {}

    def copy(layer):
        # The library asks twice for a layer that is called twice.
        if id(layer) not in copies:
            copies[id(layer)] = _copy(layer, names, norm)
        return copies[id(layer)], id(layer) in skipped

    def call(made, *arguments, **_):
        layers, is_skipped = made
        first, *others = arguments
        x = normalised if first is images else first
        if is_skipped:
            return x
        for layer in layers:
            x = layer(x, *others)
        return x

    (image,) = keras.tree.flatten(trunk.operations[0].output)
    part = keras.Function(image, list(tensors))
    made = cast(Any, part)._run_through_graph(
        images, operation_fn=copy, call_fn=call
    )
    return keras.tree.flatten(made)


def leading(trunk: keras.Function) -> list[keras.layers.Layer]:
    """The layers a trunk begins with that only normalise, in their order."""
    kinds = (keras.layers.Rescaling, keras.layers.Normalization)
    layers = trunk.operations[1:]
    return list(itertools.takewhile(lambda one: isinstance(one, kinds), layers))


def canonical_names(trunk: keras.Function) -> dict[int, str]:
    """A name for each layer, by its `id`, the same in each process.

    Those that Keras made up count all layers that a process ever built.
    """
    names = {}
    counts: dict[str, Any] = {}
    for operation in trunk.operations:
        for layer in _parts(operation):
            kind = type(layer).__name__.lower()
            name = layer.name
            if re.sub(r"_\d+$", "", name).replace("_", "") == kind:
                number = next(counts.setdefault(kind, itertools.count(1)))
                name = f"trunk_{kind}_{number}"
            times = next(counts.setdefault(f"of {name}", itertools.count(1)))
            # Of a block that was taken apart, parts of two may share a name.
            names[id(layer)] = name if times == 1 else f"{name}_part{times}"
    return names


def weighted_layers(trunk: keras.Function) -> dict[str, keras.layers.Layer]:
    """The layers that have weights, by their canonical names."""
    names = canonical_names(trunk)
    layers = (part for one in trunk.operations for part in _parts(one))
    return {
        names[id(one)]: one for one in layers if getattr(one, "weights", None)
    }


def _parts(operation):
    """A layer, or the layers of a chain of them."""
    if isinstance(operation, keras.Sequential):
        return [part for one in operation.layers for part in _parts(one)]
    return [operation]


def _copy(layer, names, norm):
    if isinstance(layer, keras.Sequential):
        return [
            one for part in _parts(layer) for one in _copy(part, names, norm)
        ]
    name = names[id(layer)]
    if not isinstance(layer, keras.layers.Layer):
        if _is_mean_of_maps(layer):
            pool = keras.layers.GlobalAveragePooling2D
            return [pool(keepdims=True, name=name)]
        if type(layer).__name__ not in _MERGES:
            raise ValueError(
                f"The operation {type(layer).__name__} of the network is none "
                "that this package can make again as a layer."
            )
        return [functools.partial(_merged, type(layer).__name__, name)]
    if isinstance(layer, keras.layers.BatchNormalization):
        return [norm(epsilon=layer.epsilon, name=name)]
    if isinstance(layer, keras.layers.Identity):  # It has no config at times.
        return [keras.layers.Identity(name=name)]
    config = {**layer.get_config(), "name": name}
    config.pop("dtype", None)  # The present policy's.
    return [type(layer).from_config(config)]


def _merged(kind, name, first, second):
    """The operation `kind` of two maps, or of maps and a number."""
    if isinstance(second, keras.KerasTensor):
        return _MERGES[kind](name=name)([first, second])
    if kind == "Add":
        return keras.layers.Rescaling(1.0, second, name=name)(first)
    return keras.layers.Rescaling(second, name=name)(first)


def _is_mean_of_maps(operation):
    is_mean = type(operation).__name__ == "Mean" and operation.keepdims
    return is_mean and tuple(operation.axis) == (1, 2)
