"""Fills Keras variables with arrays by name: all of them, or none.

A name map is a list of `Slot`s: which variable, under which name a PyTorch
checkpoint has its array, and how the axes are ordered there. The same list
serves both directions, import (`assign`) and export (`arrays_by_name`).
"""

import enum
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np

from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.errors import shown

MAX_NAMES_SHOWN = 5


class Layout(enum.Enum):
    """Axis orders, PyTorch's to Keras's (out, in, height, width)."""

    SAME = ()  # vectors
    CONVOLUTION = (2, 3, 1, 0)  # (O, I, H, W) to (H, W, I, O)
    DEPTHWISE = (2, 3, 0, 1)  # (C, 1, H, W) to (H, W, C, 1)

    def to_keras(self, array: np.ndarray) -> np.ndarray:
        return array.transpose(self.value) if self.value else array

    def to_torch(self, array: np.ndarray) -> np.ndarray:
        return array.transpose(np.argsort(self.value)) if self.value else array

    def shape_in_torch(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Returns what the Keras shape `shape` is called in PyTorch."""
        order = np.argsort(self.value) if self.value else range(len(shape))
        return tuple(int(shape[axis]) for axis in order)


class Slot(NamedTuple):
    """One variable and the array that belongs in it.

    Attributes:
        name: The array's name in the checkpoint.
        variable: The Keras variable.
        layout: How the array's axes are ordered in the checkpoint.
    """

    name: str
    variable: keras.Variable
    layout: Layout = Layout.SAME


def layer_slots(name: str, layer: keras.layers.Layer) -> list[Slot]:
    """Returns the slots of a convolution or batch norm called `name`."""
    if hasattr(layer, "moving_mean"):
        return [
            Slot(f"{name}.weight", layer.gamma),
            Slot(f"{name}.bias", layer.beta),
            Slot(f"{name}.running_mean", layer.moving_mean),
            Slot(f"{name}.running_var", layer.moving_variance),
        ]
    is_depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    layout = Layout.DEPTHWISE if is_depthwise else Layout.CONVOLUTION
    slots = [Slot(f"{name}.weight", layer.kernel, layout)]
    if layer.use_bias:
        slots.append(Slot(f"{name}.bias", layer.bias))
    return slots


def assign(
    slots: Sequence[Slot],
    arrays: Mapping[str, np.ndarray],
    origin: str,
    is_unused: Callable[[str], bool] = lambda name: False,
) -> None:
    """Puts every array into its variable, after checking all of them.

    `num_batches_tracked`, which nothing computes with, is always allowed
    beside the slots' names.

    Args:
        slots: The variables to fill.
        arrays: The checkpoint, by name.
        origin: What the arrays come from, for messages.
        is_unused: Says of a name outside of `slots` that it may be there
            (an ImageNet classifier, say).

    Raises:
        WeightsError: If an array is missing or superfluous, has another
            shape, is not of floating point or not finite. Nothing has been
            assigned then.
    """
    _check_names(slots, arrays, origin, is_unused)
    for slot in slots:
        _check_array(slot, arrays[slot.name], origin)
    for slot in slots:
        slot.variable.assign(slot.layout.to_keras(arrays[slot.name]))


def arrays_by_name(slots: Iterable[Slot]) -> dict[str, np.ndarray]:
    """Returns the variables' values as PyTorch names and orders them."""
    return {
        slot.name: np.ascontiguousarray(
            slot.layout.to_torch(np.asarray(slot.variable))
        )
        for slot in slots
    }


def axis_size(
    arrays: Mapping[str, np.ndarray], name: str, axis: int, origin: str
) -> int:
    """Returns the length of an axis of the array `name`.

    Raises:
        WeightsError: If there is no such array or axis.
    """
    if name not in arrays:
        raise WeightsError(
            f"{origin} does not fit the network: it lacks {shown(name)}."
        )
    if arrays[name].ndim <= axis:
        raise WeightsError(f"{shown(name)} of {origin} is only one number.")
    return int(arrays[name].shape[axis])


def _check_names(slots, arrays, origin, is_unused):
    wanted = {slot.name for slot in slots}
    missing = [slot.name for slot in slots if slot.name not in arrays]
    superfluous = [
        name
        for name in arrays
        if name not in wanted
        and not name.endswith("num_batches_tracked")
        and not is_unused(name)
    ]
    if missing or superfluous:
        parts = []
        if missing:
            parts.append(f"lacks {_listed(missing)}")
        if superfluous:
            parts.append(f"has the unknown {_listed(superfluous)}")
        raise WeightsError(
            f"{origin} does not fit the network: it {' and '.join(parts)}."
        )


def _check_array(slot, array, origin):
    expected = slot.layout.shape_in_torch(slot.variable.shape)
    what = f"{shown(slot.name)} of {origin}"
    if tuple(array.shape) != expected:
        raise WeightsError(
            f"{what} has the shape {tuple(array.shape)}; expected {expected}."
        )
    if not np.issubdtype(array.dtype, np.floating):
        raise WeightsError(
            f"{what} has the type {array.dtype}; expected floating point."
        )
    if not np.isfinite(array).all():
        raise WeightsError(f"{what} is not finite everywhere.")


def _listed(names):
    listed = ", ".join(shown(name) for name in names[:MAX_NAMES_SHOWN])
    more = len(names) - MAX_NAMES_SHOWN
    return f"{listed} and {more} more" if more > 0 else listed
