"""Reads and writes files of named arrays: `.pth` and `.safetensors`."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tf_advseg.base.checks import in_one_line
from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.torch_file import read_tensors

SAFETENSORS = ".safetensors"


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """Returns the arrays of a `.safetensors` file or PyTorch checkpoint.

    Raises:
        WeightsError: If the file is missing or damaged, or holds anything
            else.
    """
    path = Path(path)
    if path.suffix != SAFETENSORS:
        return read_tensors(path)
    if not path.is_file():
        raise WeightsError(f"The file {str(path)!r} is no file.")
    safetensors = _import_safetensors()
    try:
        return safetensors.numpy.load_file(path)
    except (safetensors.SafetensorError, TypeError, KeyError) as error:
        raise WeightsError(
            f"Cannot read the weights {str(path)!r}: {in_one_line(error)}."
        ) from error


def write_safetensors(
    arrays: Mapping[str, np.ndarray],
    path: str | Path,
    metadata: Mapping[str, str],
) -> None:
    """Writes arrays by name, and text by name, into one file."""
    safetensors = _import_safetensors()
    safetensors.numpy.save_file(dict(arrays), path, dict(metadata))


def _import_safetensors():
    try:
        import safetensors.numpy
    except ImportError as error:
        raise WeightsError(
            "Files that end in .safetensors need the package of that name; "
            "`pip install safetensors` brings it."
        ) from error
    return safetensors
