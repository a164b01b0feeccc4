"""A `.keras` file without its weights: to be filled again and again.

Keras walks over all attributes of all layers each time that it saves or loads,
which takes longer than the weights do. But between two files of one network
only the numbers differ. So one file that Keras wrote is taken apart into what
stays and where each weight's bytes lie; further files are written by putting
the present weights in between, and are what Keras would have written.

A weight is known by its layer's name, which Keras writes beside the numbers,
and by its place in the layer. Whatever does not fit (seeds of dropout, say, or
layers within layers) is left to Keras: then there is no skeleton.
"""

import dataclasses
import datetime
import io
import json
import weakref
import zipfile
from pathlib import Path
from typing import Any
from typing import cast

import h5py
import keras
import numpy as np

WEIGHTS_MEMBER = "model.weights.h5"
METADATA_MEMBER = "metadata.json"
CONFIG_MEMBER = "config.json"
_DATE = "date_saved"

_known: weakref.WeakKeyDictionary[keras.Model, "tuple[str, Skeleton | None]"]
_known = weakref.WeakKeyDictionary()
"""Of each model that was saved: its configuration then, and the skeleton."""


@dataclasses.dataclass(frozen=True, eq=False)
class Skeleton:
    """What files of one network have in common.

    Attributes:
        members: The other members' bytes by name, in their order.
        gaps: Of the weights' member: the bytes before each weight, and those
            after the last.
        variables: The weights in the order of their bytes.
    """

    members: dict[str, bytes]
    gaps: tuple[bytes, ...]
    variables: tuple[keras.Variable, ...]

    def write(self, path: Path) -> None:
        """Writes a file with the present weights."""
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in self.members.items():
                if name == METADATA_MEMBER:
                    content = _dated_now(content)
                archive.writestr(name, content)
            with archive.open(WEIGHTS_MEMBER, "w", force_zip64=True) as member:
                for gap, variable in zip(
                    self.gaps, self.variables, strict=False
                ):
                    member.write(gap)
                    member.write(_bytes(variable))
                member.write(self.gaps[-1])


def save(model: keras.Model, path: Path) -> None:
    """As `model.save`, faster from the second time on."""
    config = json.dumps(keras.saving.serialize_keras_object(model))
    before, skeleton = _known.get(model, ("", None))
    if skeleton is not None and before == config:
        skeleton.write(path)
        return
    model.save(path)
    if before != config:
        _known[model] = config, skeleton_of(model, path)


def skeleton_of(model: keras.Model, path: Path) -> Skeleton | None:
    """Takes apart a file that Keras wrote of a model as it is now.

    Args:
        model: Functional; its weights are those in the file.
        path: The `.keras` file.

    Returns:
        None if the file holds anything but the weights of named layers.
    """
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    others = {METADATA_MEMBER, CONFIG_MEMBER, WEIGHTS_MEMBER}
    if members.keys() != others:
        return None  # A layer keeps files of its own.
    content = members.pop(WEIGHTS_MEMBER)
    with h5py.File(io.BytesIO(content), "r") as file:
        found = weights_by_dataset(model, file)
        if found is None:
            return None
        placed = [(d.id.get_offset(), v) for d, v in found]
    if any(offset is None for offset, _ in placed):
        return None  # Of no bytes.
    placed.sort(key=lambda pair: pair[0])
    gaps, end = [], 0
    for offset, variable in placed:
        values = _bytes(variable)
        if content[offset : offset + len(values)] != values:
            return None
        gaps.append(content[end:offset])
        end = offset + len(values)
    variables = tuple(variable for _, variable in placed)
    return Skeleton(members, (*gaps, content[end:]), variables)


def load_by_name(model: keras.Model, path: Path) -> bool:
    """Gives a model the weights in a file of its own kind, if they fit.

    Returns:
        Whether all did. If not, nothing was changed: Keras may load the file,
        or say what is wrong with it.

    Raises:
        Exception: Of many kinds, if the file is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(WEIGHTS_MEMBER)
        if info.compress_size != info.file_size:
            return False  # Keras never packs them; it has guards, too.
        content = archive.read(info)
    with h5py.File(io.BytesIO(content), "r") as file:
        found = weights_by_dataset(model, file)
        if found is None:
            return False
        values = [dataset[()] for dataset, _ in found]
    for (_, variable), value in zip(found, values, strict=True):
        variable.assign(value)
    return True


def weights_by_dataset(
    model: keras.Model, file: h5py.File
) -> list[tuple[h5py.Dataset, keras.Variable]] | None:
    """Finds the weight of each data set in a file of a model's weights.

    Returns:
        None unless each of the model's weights has one, of its shape and
        kind, and there is nothing else.
    """
    layers = {layer.name: layer for layer in model.layers}
    datasets: list[h5py.Dataset] = []

    def visit(_, entry: Any) -> None:  # Follows no links out of the file.
        if isinstance(entry, h5py.Dataset):
            datasets.append(entry)

    file.visititems(visit)
    found = []
    for dataset in datasets:
        group, _, index = cast(str, dataset.name).rpartition("/")
        layer = layers.get(file[group].attrs.get("name"))
        weights = layer.weights if layer is not None else []
        if not (index.isdecimal() and int(index) < len(weights)):
            return None
        variable = weights[int(index)]
        if not _fits(dataset, variable):
            return None
        found.append((dataset, variable))
    wanted = sorted(id(weight) for weight in model.weights)
    if sorted(id(variable) for _, variable in found) != wanted:
        return None
    return found


def _fits(dataset: h5py.Dataset, variable: keras.Variable) -> bool:
    is_plain = dataset.external is None and not dataset.is_virtual
    is_packed = dataset.chunks is not None
    same = dataset.shape == tuple(variable.shape)
    kind = dataset.dtype.kind != "V" and dataset.dtype.name == variable.dtype
    return is_plain and not is_packed and same and kind


def _bytes(variable: keras.Variable) -> bytes:
    return np.ascontiguousarray(keras.ops.convert_to_numpy(variable)).tobytes()


def _dated_now(content: bytes) -> bytes:
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    return json.dumps({**json.loads(content), _DATE: now}).encode()
