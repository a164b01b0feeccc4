"""What a checkpoint's calls mean: a closed table, and no function behind it.

A checkpoint's pickle asks for calls such as `torch._utils._rebuild_tensor_v2`.
Nothing of that name is imported: the request becomes a plain value of
`torch_values`, and a name outside of `GLOBALS` is refused.
"""

import math

from tf_advseg.networks.weights.torch.element_types import ELEMENT_TYPES
from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import shown
from tf_advseg.networks.weights.torch.torch_values import MAX_EXTENT
from tf_advseg.networks.weights.torch.torch_values import Storage
from tf_advseg.networks.weights.torch.torch_values import Tensor
from tf_advseg.networks.weights.torch.torch_values import extent

MAX_DIMENSIONS = 16

ORDERED_DICT = "collections.OrderedDict"
REBUILD = {
    "torch._utils._rebuild_tensor": (4, 4),
    "torch._utils._rebuild_tensor_v2": (6, 7),
}
REBUILD_PARAMETER = "torch._utils._rebuild_parameter"
GLOBALS = {ORDERED_DICT, REBUILD_PARAMETER, *REBUILD, *ELEMENT_TYPES}


def call(name: str, arguments: tuple) -> Tensor | dict:
    """Returns what `name(*arguments)` stands for.

    Raises:
        BadContent: If the arguments are not those of `name`.
    """
    if name in REBUILD:
        return make_tensor(name, arguments)
    if name == REBUILD_PARAMETER:
        if arguments and isinstance(arguments[0], Tensor):
            return arguments[0]
        raise BadContent(f"`{name}` is given no tensor")
    if name == ORDERED_DICT:
        return _ordered_dict(arguments)
    raise BadContent(f"the pickle calls `{name}`, which is no function")


def _ordered_dict(arguments):
    """`OrderedDict()` or, from Python 2, `OrderedDict([[key, value], ...])`."""
    unknown = BadContent("an OrderedDict is made of something unknown")
    pairs = arguments[0] if arguments else []
    if len(arguments) > 1 or not isinstance(pairs, list):
        raise unknown
    dictionary = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise unknown
        set_item(dictionary, *pair)
    return dictionary


def set_item(dictionary: dict, key: object, value: object) -> None:
    """Sets a new item; the key must be text or a small number."""
    # Other keys are never needed, and a nested tuple can take forever to hash.
    small = type(key) is int and key.bit_length() <= 32
    if type(key) is not str and not small:
        raise BadContent(
            f"a dictionary has a key of type {type(key).__name__}; expected "
            "text or a small number"
        )
    if key in dictionary:
        raise BadContent(f"a dictionary has {shown(key)} twice")
    dictionary[key] = value


def make_tensor(function: str, arguments: tuple) -> Tensor:
    """Returns the tensor that a call of `REBUILD` asks for, checked.

    Raises:
        BadContent: If it would reach outside of its storage, or repeats
            elements to more than the storage has.
    """
    low, high = REBUILD[function]
    if not low <= len(arguments) <= high:
        raise BadContent(f"`{function}` has {len(arguments)} arguments")
    storage, offset, shape, strides = arguments[:4]
    if not isinstance(storage, Storage):
        raise BadContent(f"`{function}` is given no storage")
    where = f"a tensor of storage {shown(storage.key)}"
    if not isinstance(shape, tuple) or not isinstance(strides, tuple):
        raise BadContent(f"{where} has no size or no strides")
    if len(shape) != len(strides) or len(shape) > MAX_DIMENSIONS:
        raise BadContent(
            f"{where} has {len(shape)} sizes and {len(strides)} strides"
        )
    offset = extent(offset, where)
    shape = tuple(extent(length, where) for length in shape)
    strides = tuple(extent(stride, where) for stride in strides)
    _check_inside(storage, offset, shape, strides, where)
    return Tensor(storage, offset, shape, strides)


def _check_inside(storage, offset, shape, strides, where):
    if math.prod(max(length, 1) for length in shape) >= MAX_EXTENT:
        raise BadContent(f"{where} has the impossible size {shape}")
    if 0 in shape:
        return
    last = offset + sum(
        (length - 1) * stride
        for length, stride in zip(shape, strides, strict=True)
    )
    if last >= storage.length:
        raise BadContent(
            f"{where} reaches element {last} of {storage.length} "
            f"(size {shape}, strides {strides}, offset {offset})"
        )
    if math.prod(shape) > storage.length:
        raise BadContent(
            f"{where} repeats {storage.length} elements to size {shape}"
        )
