"""The way back: a Keras file's weights as `.safetensors`, PyTorch's names.

The arrays have PyTorch's layouts and load with
`model.load_state_dict(safetensors.torch.load_file(path))`. A classifier that
sums two of four branches gets the other two as zeros: AdaptSegNet's program
wants them to be there and does not look at them, and ADVENT's, which adds
them, gives the same sum.
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.networks import layers  # noqa: F401  (registers the custom layers)
from tf_advseg.networks import model_file
from tf_advseg.networks.weights import aspp_branches
from tf_advseg.networks.weights.array_file import SAFETENSORS
from tf_advseg.networks.weights.array_file import read_arrays
from tf_advseg.networks.weights.array_file import write_safetensors
from tf_advseg.networks.weights.assign import arrays_by_name
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.pytorch_names import backbone_of
from tf_advseg.networks.weights.torch.errors import WeightsError

_BRANCH = re.compile(r"(.*\.conv2d_list\.)0(\..*)")


def export(path: str | Path, out: str | Path) -> int:
    """Writes the weights of a Keras file under PyTorch's names.

    Args:
        path: A `.keras` file of this package: a segmenter, a converted
            discriminator or a converted backbone.
        out: The `.safetensors` file to write; an old one is replaced.

    Returns:
        How many tensors were written.

    Raises:
        WeightsError: If the model has weights that PyTorch's programs have
            no name for.
    """
    path, out = Path(path), Path(out)
    if out.suffix != SAFETENSORS:
        raise ValueError(
            f"--out must end in {SAFETENSORS} for weights of a .keras file; "
            f"received {str(out)!r}."
        )
    model, metadata = model_file.load_model(path)
    try:
        naming = _naming_of(model, metadata)
        arrays = _add_zero_branches(collect(model, naming))
    except WeightsError as error:
        raise WeightsError(f"{str(path)!r}: {error}") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise WeightsError(
            f"{str(path)!r} says of itself what cannot be ({error!r}); copy "
            "it again, or convert the checkpoint again."
        ) from error
    out.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(out) as temporary:
        write_safetensors(arrays, temporary, _facts(naming, metadata))
        again = read_arrays(temporary)
        if any(not np.array_equal(a, again[n]) for n, a in arrays.items()):
            raise WeightsError(f"{str(out)!r} reads back different.")
    return len(arrays)


def collect(model: keras.Model, naming: Naming) -> dict[str, np.ndarray]:
    """Returns all weights of `model` by PyTorch's names.

    Raises:
        WeightsError: If a variable has no name there.
    """
    slots = naming.slots(model)
    named = {slot.variable.path for slot in slots}
    for variable in model.variables:
        if variable.path not in named:
            raise WeightsError(
                f"{variable.path!r} of {model.name!r} has no name in the "
                "PyTorch programs."
            )
    return arrays_by_name(slots)


def _naming_of(model: keras.Model, metadata: Mapping) -> Naming:
    """What the file was converted from, or what ADVENT would call it."""
    if "conversion" in metadata:
        facts = metadata["conversion"]["naming"]
        known = {field.name for field in dataclasses.fields(Naming)}
        return Naming(**{k: v for k, v in facts.items() if k in known})
    backbone = backbone_of(model)
    if backbone is None:
        raise WeightsError(
            f"{model.name!r} is no network that PyTorch's programs have."
        )
    names = {layer.name for layer in model.layers}
    if any(name.startswith("decoder_") for name in names):
        raise WeightsError(
            f"PyTorch's programs have no decoder {model.name!r}: only a "
            "segmenter of deeplab_v2 can be written as their checkpoint."
        )
    heads = {
        level: head
        for level, head in backbone.heads.items()
        if f"{level}_logits" in names
    }
    return Naming(
        kind="segmenter" if heads else "backbone",
        network=backbone.network,
        heads=heads,
    )


def _add_zero_branches(arrays):
    """Completes classifiers of fewer than four branches with zeros."""
    for name in list(arrays):
        first = _BRANCH.fullmatch(name)
        if first is None:
            continue
        for index in range(1, aspp_branches.ALL):
            other = f"{first[1]}{index}{first[2]}"
            arrays.setdefault(other, np.zeros_like(arrays[name]))
    return arrays


def _facts(naming, metadata):
    """Text beside the arrays; `format` is what other readers look for."""
    facts = {key: metadata[key] for key in ("classes",) if key in metadata}
    return {
        "format": "pt",
        "network": naming.network,
        **{key: json.dumps(value) for key, value in facts.items()},
    }
