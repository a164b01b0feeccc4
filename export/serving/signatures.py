"""The names a served model and its callers agree on, and a check of them.

B images, (H, W) their size, C classes. A model server knows a SavedModel
only by these names, so a renamed tensor is a broken client.
"""

from collections.abc import Mapping
from pathlib import Path

from tensorflow.core.protobuf import saved_model_pb2

from tf_advseg.base.checks import DataError

DEFAULT_SIGNATURE = "serving_default"
UINT8_SIGNATURE = "uint8"
SCORES_SIGNATURE = "scores"
PNG_SIGNATURE = "png"

IMAGE = "image"
IMAGE_BYTES = "image_bytes"
CLASSES = "classes"
ENTROPY = "entropy"
MEAN_ENTROPY = "mean_entropy"
CLASS_MAP_PNG = "class_map_png_bytes"
"""TensorFlow Serving's REST interface writes a string output as base64 only
if its name ends in `_bytes`; raw PNG bytes would break the JSON."""

SIGNATURES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    DEFAULT_SIGNATURE: (IMAGE_BYTES, (CLASSES,)),
    UINT8_SIGNATURE: (IMAGE, (CLASSES,)),
    SCORES_SIGNATURE: (IMAGE, (CLASSES, ENTROPY)),
    PNG_SIGNATURE: (IMAGE_BYTES, (CLASS_MAP_PNG, MEAN_ENTROPY)),
}
"""Of each signature its input and the outputs that must be there:

    serving_default  string (B,) JPEG or PNG  classes uint8 (B, H, W)
    uint8            uint8 (B, H, W, 3)       classes
    scores           uint8 (B, H, W, 3)       classes, entropy f32 (B, H, W)
    png              string (B,) JPEG or PNG  PNG string (B,), mean f32 (B,)
"""

GRAPH_FILE = "saved_model.pb"


def read_signatures(
    saved_model: Path,
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Returns the (inputs, outputs) of each signature; loads no weights.

    Args:
        saved_model: The folder.

    Raises:
        DataError: If it is no SavedModel.
    """
    path = saved_model / GRAPH_FILE
    if not path.is_file():
        raise DataError(
            f"{str(saved_model)!r} is no SavedModel: it has no {GRAPH_FILE}. "
            "Make one with `tf_advseg export`."
        )
    message = saved_model_pb2.SavedModel()
    try:
        message.ParseFromString(path.read_bytes())
        definitions = message.meta_graphs[0].signature_def
    except Exception as error:  # protobuf's own kinds, or an empty list.
        raise DataError(
            f"{str(path)!r} is no whole SavedModel ({error}); it was cut "
            "short or is something else. Export it again."
        ) from error
    return {
        name: (tuple(definition.inputs), tuple(definition.outputs))
        for name, definition in definitions.items()
    }


def check_signatures(saved_model: Path) -> None:
    """Raises `DataError` unless clients find all of `SIGNATURES`."""
    found = read_signatures(saved_model)
    for name, (needed_input, needed_outputs) in SIGNATURES.items():
        if name not in found:
            raise DataError(
                f"The SavedModel {str(saved_model)!r} has no signature "
                f"{name!r}, only {', '.join(sorted(found))}. Make it with "
                "`tf_advseg export`."
            )
        inputs, outputs = found[name]
        missing = set(needed_outputs) - set(outputs)
        if inputs != (needed_input,) or missing:
            given = ", ".join(sorted(outputs))
            raise DataError(
                f"The signature {name!r} of {str(saved_model)!r} takes "
                f"{', '.join(inputs) or 'nothing'} and gives {given}; "
                f"expected {needed_input} and {', '.join(needed_outputs)}."
            )
