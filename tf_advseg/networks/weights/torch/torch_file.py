"""Reads the tensors of a PyTorch checkpoint, without PyTorch.

A `.pth` file contains a pickle, and unpickling runs whatever its author
wrote. Here nothing runs: see `restricted_pickle`. What a checkpoint may hold
is a dictionary of tensors, by itself or as an entry of one of the names in
`NESTED`; numbers and text beside the tensors are dropped.
"""

from pathlib import Path

import numpy as np

from tf_advseg.networks.weights.torch import torch_stream
from tf_advseg.networks.weights.torch import torch_zip
from tf_advseg.networks.weights.torch.element_types import ELEMENT_TYPES
from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.errors import shown
from tf_advseg.networks.weights.torch.torch_values import Tensor

NESTED = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
)
"""Entries that are the state dict of a larger checkpoint, first wins."""

MAX_NESTING = 4


def read_tensors(path: str | Path) -> dict[str, np.ndarray]:
    """Returns the tensors of a PyTorch checkpoint by name.

    Understands the zip format (PyTorch 1.6 and later) and the older one,
    little endian; float16 to float64, bfloat16 (returned as float32), int8
    to int64, uint8 and bool. Names stay as they are.

    If the saved dictionary has a dictionary under one of the names in
    `NESTED`, that one is read instead, again and again; everything beside
    it (an optimizer's state, say) is dropped, and so are entries of the
    final dictionary that are no tensors.

    Args:
        path: A file written by `torch.save`.

    Returns:
        Read-only arrays; those that share a storage share memory.

    Raises:
        WeightsError: If the file is missing, damaged, or holds anything but
            containers of tensors, numbers and text; says what and where.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"The checkpoint {str(path)!r} is no file.")
    try:
        with open(path, "rb") as file:
            return _read(file, path.stat().st_size)
    except BadContent as error:
        raise WeightsError(
            f"Cannot read the checkpoint {str(path)!r}: {error}."
        ) from error
    except OSError as error:
        raise WeightsError(
            f"Cannot read the checkpoint {str(path)!r}: {error.strerror}."
        ) from error


def _read(file, file_size):
    start = file.read(4)
    if start == torch_zip.MAGIC:
        checkpoint = torch_zip.ZipCheckpoint(file, file_size)
    elif start[:1] == torch_stream.FIRST_BYTE:
        checkpoint = torch_stream.StreamCheckpoint(file, file_size)
    else:
        raise BadContent(
            "it is neither a zip archive nor a pickle (it starts with "
            f"{start!r}); expected a file written by `torch.save`"
        )
    tensors = _find_tensors(checkpoint.value)
    return _fill(tensors, checkpoint)


def _find_tensors(value):
    """Returns the tensors by name, by the rule of `read_tensors`."""
    for _ in range(MAX_NESTING):
        if type(value) is not dict:
            raise BadContent(
                f"it holds a {type(value).__name__}; expected a dictionary "
                "of tensors"
            )
        nested = [n for n in NESTED if isinstance(value.get(n), dict)]
        if not nested:
            break
        value = value[nested[0]]
    tensors = {k: v for k, v in value.items() if isinstance(v, Tensor)}
    if not tensors:
        names = ", ".join(shown(name, 30) for name in list(value)[:8])
        raise BadContent(
            "it holds no tensors by name; it holds "
            f"{names or 'an empty dictionary'}"
        )
    for name in tensors:
        if type(name) is not str:
            raise BadContent(f"a tensor has the name {name}, which is no text")
    return tensors


def _fill(tensors, checkpoint):
    numbers = {}
    arrays = {}
    for name, tensor in tensors.items():
        storage = tensor.storage
        if storage.key not in numbers:
            element_type = ELEMENT_TYPES[storage.type_name]
            raw = checkpoint.numbers(storage)
            numbers[storage.key] = element_type.decode(raw)
        arrays[name] = tensor.view(numbers[storage.key])
    return arrays
