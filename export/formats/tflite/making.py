"""Every `.tflite` file that is asked for, in every way of making it.

Each way has a folder of its own, `converter/model_int8.tflite` beside
`litert-quantizer/model_int8.tflite`; the gate says which of them is
published under its final name.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING
from typing import Any

from tf_advseg.export.edge.artefact import MEMBER
from tf_advseg.export.formats.format import Artefact
from tf_advseg.export.formats.format import Order
from tf_advseg.export.formats.tflite import quantizer
from tf_advseg.export.formats.tflite.runtime import TFLiteRuntime

if TYPE_CHECKING:
    from tf_advseg.export.artefacts.workshop import Workshop
    from tf_advseg.settings.export import ExportSettings

KIND = "tflite"
CONVERTER = "converter"
QUANTIZER = "litert-quantizer"
_NO_QUANTIZER = (
    "litert-quantizer is not installed (pip install 'tf-advseg[quantize]'): "
    "files of fewer bits are the converter's."
)


def check(settings: ExportSettings) -> list[str]:
    """Returns a note if there is one quantizer fewer than asked for.

    Raises:
        ValueError: If there is none.
    """
    if settings.quantizer == "converter" or quantizer.quantizer_library():
        return []
    if settings.quantizer == "litert":
        raise ValueError(
            "--quantizer=litert needs the extra 'quantize', which is not "
            "installed: pip install 'tf-advseg[quantize]'."
        )
    return [_NO_QUANTIZER]


def write(workshop: Workshop, order: Order) -> list[Artefact]:
    """Writes the files of one size."""
    # Not above: whoever only runs a file needs no TensorFlow.
    from tf_advseg.export.formats.tflite import converter
    from tf_advseg.export.graph.fixed_shape import write_fixed_shape

    size = order.fixed_size
    source = workshop.folder / f"fixed_shape{order.suffix}"
    write_fixed_shape(workshop.ensemble, size, source)
    exact = converter.convert(source, "float32")
    images = _calibration_images(workshop, order)
    artefacts = []
    for precision in map(_precision, order.names):
        name = f"model_{precision}{order.suffix}.tflite"
        for maker in _makers(precision, order.settings.quantizer):
            if precision == "float32":
                model = exact
            elif maker == CONVERTER:
                model = converter.convert(source, precision, lambda: images)
            else:
                model = quantizer.quantize(
                    exact, precision, images, workshop.threads
                )
            path = workshop.folder / maker / name
            _write(workshop, model, path, precision, size)
            artefacts.append(Artefact(name, path, KIND, maker, precision, size))
    return artefacts


def _write(workshop, model, path, precision, size):
    """Writes a flatbuffer, measures it, and adds what that gave."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model)
    reference = workshop.reference(
        TFLiteRuntime(path, workshop.threads), workshop.home.resized(size)
    )
    metadata = workshop.metadata(KIND, precision, size, reference)
    path.write_bytes(append_metadata(model, metadata))


def append_metadata(model: bytes, metadata: Mapping[str, Any]) -> bytes:
    """Returns a flatbuffer with a zip of its metadata after it.

    LiteRT reads a flatbuffer from its beginning and Python's `zipfile` an
    archive from its end, so the one file is both. `edge.artefact` reads it.
    """
    # A flatbuffer's parts are aligned to 16 bytes; whatever maps the file
    # finds the zip behind whole blocks.
    buffer = io.BytesIO(model + b"\0" * (-len(model) % 16))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, json.dumps(metadata, indent=1))
    return buffer.getvalue()


def _precision(name):
    return name.removeprefix(f"{KIND}_")


def _makers(precision, wanted):
    """Who makes files of a precision, as `--quantizer` wants it."""
    if precision == "float32" or wanted == "converter":
        return [CONVERTER]
    if wanted == "litert":
        return [QUANTIZER]
    return [CONVERTER, *([QUANTIZER] if quantizer.quantizer_library() else [])]


def _calibration_images(workshop, order):
    """Only int8 looks at them, and so pays for their choice."""
    from tf_advseg.export.formats.tflite.calibration import without_outliers

    if "int8" not in map(_precision, order.names):
        return []
    return without_outliers(
        order.calibration(), workshop.ensemble, order.fixed_size, order.write
    ).resized(order.size)
