"""The predictor as an ONNX file (the extra `onnx`), by tf2onnx.

It is the fixed-shape function that `.tflite` files are made of: `image` uint8
(1, H, W, 3) in, `classes` and `entropy` out, in float32.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import numpy as np

from tf_advseg.export.artefacts.quiet import quietly
from tf_advseg.export.edge.artefact import MEMBER
from tf_advseg.export.formats.format import MOST_ENTROPY
from tf_advseg.export.formats.format import Artefact
from tf_advseg.export.formats.format import Format
from tf_advseg.export.formats.format import Order

if TYPE_CHECKING:
    from tf_advseg.export.artefacts.workshop import Workshop
    from tf_advseg.settings.export import ExportSettings

KIND = "onnx"
OPSET = 17
"""The newest that tf2onnx writes without a warning; runtimes since 2022."""


def check(settings: ExportSettings) -> list[str]:
    """Raises `ValueError` unless the extra `onnx` is installed."""
    try:
        import onnxruntime  # noqa: F401
        import tf2onnx  # noqa: F401
    except ImportError as error:
        raise ValueError(
            "--formats=onnx needs the extra 'onnx', which is not installed: "
            "pip install 'tf-advseg[onnx]'."
        ) from error
    return []


def write(workshop: Workshop, order: Order) -> list[Artefact]:
    """Writes the file of one size."""
    name = f"model{order.suffix}.onnx"
    path = workshop.folder / KIND / name
    path.parent.mkdir(exist_ok=True)
    model = convert(workshop.ensemble, order.fixed_size)
    path.write_bytes(model)
    reference = workshop.reference(
        OnnxRuntime(path, workshop.threads),
        workshop.home.resized(order.fixed_size),
    )
    metadata = workshop.metadata(KIND, "float32", order.fixed_size, reference)
    path.write_bytes(with_metadata(model, metadata))
    return [Artefact(name, path, KIND, "tf2onnx", "float32", order.fixed_size)]


def convert(predictor: Any, size: tuple[int, int]) -> bytes:
    """Returns an ONNX file of one size (H, W).

    Args:
        predictor: A `tf_advseg.export.graph.predictor.Predictor`.
        size: Of images and class maps.
    """
    import tf2onnx

    # Not above: whoever only runs a file needs no TensorFlow.
    from tf_advseg.export.graph.fixed_shape import FixedShapeModule

    function = FixedShapeModule(predictor, size).predict
    with quietly():
        model, _ = tf2onnx.convert.from_function(
            function, input_signature=function.input_signature, opset=OPSET
        )
    return model.SerializeToString()


def with_metadata(model: bytes, metadata: Mapping[str, Any]) -> bytes:
    """Returns the file with a metadata property `tf_advseg.json`."""
    import onnx

    proto = onnx.load_from_string(model)
    onnx.helper.set_model_props(proto, {MEMBER: json.dumps(metadata)})
    return proto.SerializeToString()


class OnnxRuntime:
    """An ONNX file in onnxruntime, on the CPU.

    Args:
        path: The file.
        num_threads: Of the session.
    """

    def __init__(self, path: str | Path, num_threads: int = 2):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = num_threads
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From uint8 `(H, W, 3)` to classes `(H, W)`, entropy `(h, w)`."""
        found = self._session.run(
            ["classes", "entropy"], {"image": image[np.newaxis]}
        )
        classes, entropy = map(np.asarray, found)
        return classes[0], entropy[0].astype(np.float32) / MOST_ENTROPY

    def classes(self, image: np.ndarray) -> np.ndarray:
        """From uint8 `(H, W, 3)` to classes `(H, W)`."""
        return self(image)[0]


FORMAT = Format(kind=KIND, write=write, load=OnnxRuntime, check=check)
