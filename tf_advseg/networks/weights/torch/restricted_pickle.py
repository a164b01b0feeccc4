"""Reads the pickle inside a PyTorch checkpoint without running anything.

A pickle is a program for a stack machine whose instructions can import and
call any function. This machine knows only the instructions that containers,
numbers, text and tensors need; a name outside of `torch_calls.GLOBALS` is
refused as soon as it is read, and no name is ever looked up in Python. What
a program can cost is bounded by its length, and that by `MAX_STEPS`.
"""

import io
import pickletools
from typing import NoReturn

from tf_advseg.networks.weights.torch import torch_calls
from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import shown
from tf_advseg.networks.weights.torch.torch_calls import set_item
from tf_advseg.networks.weights.torch.torch_values import Global
from tf_advseg.networks.weights.torch.torch_values import Storage
from tf_advseg.networks.weights.torch.torch_values import make_storage

MAX_PICKLE_BYTES = 32 * 2**20
"""Without the numbers; the pickle of a ResNet-101 has 0.1 MB."""

MAX_STEPS = 500_000
"""Instructions and moved items; a ResNet-101's checkpoint takes 22,000."""

MAX_BITS = 128
"""Of an integer; the longest that PyTorch writes has 77."""

CONSTANTS = {
    "NONE": None,
    "NEWTRUE": True,
    "NEWFALSE": False,
    "EMPTY_TUPLE": (),
}
INTEGERS = {"BININT", "BININT1", "BININT2", "LONG1", "LONG4"}
BYTES = {"BINBYTES", "BINBYTES8", "SHORT_BINBYTES"}
TEXT = {"BINUNICODE", "BINUNICODE8", "SHORT_BINUNICODE"}
PYTHON_2_TEXT = {"BINSTRING", "SHORT_BINSTRING"}
PUSHES_ITS_ARGUMENT = {"BINFLOAT"} | INTEGERS | BYTES | TEXT | PYTHON_2_TEXT


def read_pickle(
    stream: io.BytesIO, storages: dict[str, Storage] | None = None
) -> object:
    """Returns the value of one pickle and leaves `stream` behind it.

    Args:
        stream: Bytes in memory, so that a false length allocates nothing.
        storages: Filled with the storages that the pickle names, by key;
            without it a pickle may name none.

    Returns:
        Dictionaries, lists, tuples, text, bytes, numbers, None, and the
        `Global`, `Storage` and `Tensor` of `torch_values`. Containers may
        contain themselves: walk them with care.

    Raises:
        BadContent: If it is damaged or asks for anything else.
    """
    machine = _Machine(storages)
    position = stream.tell()
    try:
        for opcode, argument, position in pickletools.genops(stream):  # noqa: B007
            if opcode.name == "STOP":
                return machine.result()
            machine.step(opcode.name, argument)
    except ValueError as error:
        raise BadContent(
            f"the pickle ends or is damaged after byte {position} ({error})"
        ) from error
    raise BadContent("the pickle has no end")


class _Machine:
    """The stack machine; each method `_op_x` is the instruction X."""

    def __init__(self, storages):
        self._storages = storages
        self._stack = []
        self._outer_stacks = []  # one for every open MARK
        self._memo = {}
        self._steps = 0

    def step(self, name, argument):
        self._spend(1)
        if name in CONSTANTS:
            self._stack.append(CONSTANTS[name])
            return
        if name in PUSHES_ITS_ARGUMENT:
            if isinstance(argument, int) and argument.bit_length() > MAX_BITS:
                raise BadContent(f"an integer has more than {MAX_BITS} bits")
            self._stack.append(argument)
            return
        instruction = getattr(self, f"_op_{name.lower()}", None)
        if instruction is None:
            _refuse_instruction(name, argument)
        instruction(argument)

    def result(self):
        if len(self._stack) != 1 or self._outer_stacks:
            raise BadContent("the pickle leaves more or less than one value")
        return self._stack.pop()

    def _spend(self, steps):
        self._steps += steps
        if self._steps > MAX_STEPS:
            raise BadContent(f"the pickle takes more than {MAX_STEPS} steps")

    def _pop(self):
        if not self._stack:
            raise BadContent("the pickle takes from an empty stack")
        return self._stack.pop()

    def _pop_to_mark(self):
        if not self._outer_stacks:
            raise BadContent("the pickle closes a group that it never opened")
        items = self._stack
        self._stack = self._outer_stacks.pop()
        return items

    def _top(self, kind):
        if not self._stack or not isinstance(self._stack[-1], kind):
            raise BadContent(f"the pickle fills something that is no {kind}")
        return self._stack[-1]

    def _op_proto(self, version):
        if version > 5:
            raise BadContent(f"the pickle has the unknown protocol {version}")

    def _op_frame(self, _):
        pass  # a hint for buffering

    def _op_mark(self, _):
        self._outer_stacks.append(self._stack)
        self._stack = []

    def _op_pop(self, _):
        self._pop()

    def _op_tuple(self, _):
        items = tuple(self._pop_to_mark())
        self._stack.append(items)

    def _op_tuple1(self, _):
        self._stack.append((self._pop(),))

    def _op_tuple2(self, _):
        second = self._pop()
        self._stack.append((self._pop(), second))

    def _op_tuple3(self, _):
        third, second = self._pop(), self._pop()
        self._stack.append((self._pop(), second, third))

    def _op_empty_list(self, _):
        self._stack.append([])

    def _op_append(self, _):
        item = self._pop()
        self._top(list).append(item)

    def _op_appends(self, _):
        items = self._pop_to_mark()
        self._top(list).extend(items)

    def _op_empty_dict(self, _):
        self._stack.append({})

    def _op_setitem(self, _):
        value, key = self._pop(), self._pop()
        set_item(self._top(dict), key, value)

    def _op_setitems(self, _):
        items = self._pop_to_mark()
        dictionary = self._top(dict)
        if len(items) % 2:
            raise BadContent("the pickle gives a key without a value")
        for key, value in zip(items[::2], items[1::2], strict=True):
            set_item(dictionary, key, value)

    def _op_memoize(self, _):
        self._op_binput(len(self._memo))

    def _op_binput(self, index):
        self._memo[index] = self._top(object)

    _op_long_binput = _op_binput

    def _op_binget(self, index):
        if index not in self._memo:
            raise BadContent(f"the pickle recalls {index}, which it never put")
        self._stack.append(self._memo[index])

    _op_long_binget = _op_binget

    def _op_global(self, argument):
        self._push_global(".".join(argument.split(" ", 1)))

    def _op_stack_global(self, _):
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise BadContent("the pickle asks for a name that is no text")
        self._push_global(f"{module}.{name}")

    def _push_global(self, name):
        if name not in torch_calls.GLOBALS:
            raise BadContent(
                f"refuses `{shown(name)[1:-1]}`: a checkpoint may hold "
                "tensors, numbers and text, nothing that runs; save "
                "`model.state_dict()` instead"
            )
        self._stack.append(Global(name))

    def _op_binpersid(self, _):
        if self._storages is None:
            raise BadContent("the pickle names a storage out of place")
        storage = make_storage(self._pop())
        known = self._storages.setdefault(storage.key, storage)
        if not storage.shares(known):
            raise BadContent(
                f"the storage {shown(storage.key)} has two types or lengths"
            )
        self._stack.append(storage)

    def _op_reduce(self, _):
        arguments, function = self._pop(), self._pop()
        if not isinstance(function, Global) or type(arguments) is not tuple:
            raise BadContent("the pickle calls something that is no function")
        self._spend(sum(len(a) for a in arguments if isinstance(a, list)))
        self._stack.append(torch_calls.call(function.name, arguments))

    def _op_build(self, _):
        self._pop()  # attributes, of which a state dict has `_metadata`
        self._top(dict)


def _refuse_instruction(name, argument) -> NoReturn:
    asked = "" if argument is None else f" {shown(argument)}"
    raise BadContent(
        f"refuses the pickle instruction {name}{asked}, which tensors, "
        "numbers and text do not need"
    )
