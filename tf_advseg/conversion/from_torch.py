"""Turns a PyTorch checkpoint of the official programs into a Keras file.

    read (nothing runs) -> recognise by names -> build -> assign (all or
    nothing) -> compare tensors and layers -> save -> read back and compare

Nothing is written unless every step succeeded. The report, and all that the
file itself does not say (branches, normalisation), goes into the metadata.
"""

import gc
import hashlib
from pathlib import Path
from typing import Any

import keras

from tf_advseg.base import call_strings
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.conversion import network
from tf_advseg.conversion import parity
from tf_advseg.conversion.classes import class_set_of
from tf_advseg.conversion.network import Options
from tf_advseg.conversion.report import Report
from tf_advseg.networks import model_file
from tf_advseg.networks.weights import recognise
from tf_advseg.networks.weights.array_file import read_arrays
from tf_advseg.networks.weights.assign import assign
from tf_advseg.networks.weights.torch.errors import WeightsError

OFFICIAL_EVALUATION_SIZE = (512, 1024)


def convert(path: str | Path, out: str | Path, options: Options) -> Report:
    """Converts a checkpoint.

    Args:
        path: A `.pth` or `.safetensors` file with PyTorch's names.
        out: The `.keras` file to write; an old one is replaced.
        options: What the checkpoint does not say.

    Returns:
        The parity report; it is in the file's metadata too.

    Raises:
        WeightsError: If the file is damaged or does not fit. Nothing has
            been written then.
    """
    path, out = Path(path), Path(out)
    if out.suffix != ".keras":
        raise ValueError(f"--out must end in .keras; received {str(out)!r}.")
    model, report = _fill(path, options)
    out.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(out) as temporary:
        model_file.save_model(model, temporary, _metadata(report, options))
        del model
        gc.collect()  # the model read back needs as much memory again
        _check_written(temporary, report)
    return report


def _fill(path: Path, options: Options) -> tuple[keras.Model, Report]:
    """Returns the network with the checkpoint's weights, and the report."""
    origin = f"The checkpoint {str(path)!r}"
    arrays = recognise.strip_prefixes(read_arrays(path))
    naming = recognise.recognise(arrays, origin)
    branches, reason = network.choose_branches(naming, arrays, options)
    model = network.build(naming, branches, options)
    slots = naming.slots(model)
    assign(slots, arrays, origin, network.unused_names(naming, branches))
    return model, Report(
        source=path.name,
        sha256=_sha256(path),
        naming=naming,
        aspp_branches=branches,
        branches_reason=reason,
        preprocessing=options.preprocessing,
        tensors=parity.compare_tensors(slots, arrays),
        layers=parity.compare_layers(
            model, naming, arrays, branches, options.preprocessing
        ),
        unused=sorted(set(arrays) - {slot.name for slot in slots}),
        unfilled=_unfilled(model, slots),
    )


def _unfilled(model, slots):
    filled = {slot.variable.path for slot in slots}
    return [v.path for v in model.variables if v.path not in filled]


def _metadata(report: Report, options: Options) -> dict[str, Any]:
    naming = report.naming
    facts: dict[str, Any] = {"conversion": report.to_json()}
    if naming.kind != "discriminator":
        backbone, changes = network.backbone_of(naming, options)
        facts["backbone"] = call_strings.render(backbone.name, changes)
    if naming.kind == "segmenter":
        classes = class_set_of(naming.num_classes, options.classes)
        facts |= {
            "classes": list(classes.names),
            "palette": [list(colour) for colour in classes.palette],
            "class_set": classes.name,
            "image_size": list(OFFICIAL_EVALUATION_SIZE),
            "method": "converted",
            "step": None,
        }
    return facts


def _check_written(path: Path, report: Report) -> None:
    """Raises `WeightsError` unless the file's weights are the report's."""
    model: Any = keras.saving.load_model(path, compile=False)
    slots = {slot.name: slot for slot in report.naming.slots(model)}
    for row in report.tensors:
        found = parity.checksum(slots[row.name])
        if found != row.crc32:
            raise WeightsError(
                f"{row.name!r} of {report.source!r} reads back different "
                "from what was written; nothing was kept."
            )


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
