"""A functional model cut into parts that run one after the other."""

import dataclasses
import math
from typing import Any
from typing import cast

import keras

from tf_advseg.networks.keras_types import outputs_of


@dataclasses.dataclass(frozen=True)
class Segment:
    """One part of a model.

    Args:
        network: From a list of tensors to a list of tensors; its layers are
            the model's.
        inputs: Keys of the tensors it takes; 0 is the model's input.
        outputs: Keys of the tensors it gives.
        names: Keys of the model's outputs by their names.
    """

    network: keras.Model
    inputs: list[int]
    outputs: list[int]
    names: dict[str, int]


def segments(model: keras.Model, count: int | None = None) -> list[Segment]:
    """Cuts a model where the fewest tensors cross.

    Args:
        model: Functional, of one input, its outputs a dict of tensors of
            layers of one output; layers may be called more than once.
        count: About how many parts; default: the square root of the number
            of layers, which needs the least memory.
    """
    by_depth = cast(Any, model)._nodes_by_depth
    made_by = [
        node
        for depth in sorted(by_depth, reverse=True)
        for node in by_depth[depth]
        if not node.is_input
    ]
    tensors = [model.input, *(node.output_tensors[0] for node in made_by)]
    keys = {id(tensor): key for key, tensor in enumerate(tensors)}
    needs = [[]] + [
        [keys[id(t)] for t in node.input_tensors] for node in made_by
    ]
    names = {name: keys[id(t)] for name, t in outputs_of(model).items()}
    last_use = _last_use(needs, names.values())
    found, start = [], 1
    for end in _cuts(last_use, count or round(math.sqrt(len(tensors)))):
        made = range(start, end)
        used = {key for index in made for key in needs[index]}
        inputs = sorted(key for key in used if key < start)
        outputs = [key for key in made if last_use[key] >= end]
        network = _network(
            made_by[start - 1 : end - 1],
            [tensors[key] for key in inputs],
            [tensors[key] for key in outputs],
        )
        found.append(Segment(network, inputs, outputs, names))
        start = end
    return found


def _network(nodes, inputs, outputs):
    """The layers' calls once more, from inputs of their own: Keras' own way to
    begin in the middle takes two calls of one layer for one."""
    starts = [keras.Input(batch_shape=t.shape, dtype=t.dtype) for t in inputs]
    made = {id(t): start for t, start in zip(inputs, starts, strict=True)}
    for node in nodes:
        arguments, options = node.arguments.fill_in(made)
        made[id(node.output_tensors[0])] = node.operation(*arguments, **options)
    return keras.Model(starts, [made[id(t)] for t in outputs])


def _last_use(needs, outputs):
    """For each tensor the index of the last that needs it; outputs live on."""
    last = list(range(len(needs)))
    for index, keys in enumerate(needs):
        for key in keys:
            last[key] = index
    for key in outputs:
        last[key] = len(needs)
    return last


def _cuts(last_use, count):
    """Ends of the parts: in each of `count` windows the cheapest place."""
    total = len(last_use)
    crossing = [
        sum(last_use[key] >= end for key in range(1, end))
        for end in range(total + 1)
    ]
    edges = [round(total * i / count) for i in range(1, count)]
    width = max(1, total // (2 * count))
    cuts = []
    for edge in edges:
        first = max(2, edge - width, (cuts[-1] + 1) if cuts else 2)
        window = range(first, min(total, edge + width + 1))
        if window:
            cuts.append(min(window, key=lambda end: (crossing[end], -end)))
    return [*cuts, total]
