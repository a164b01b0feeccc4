"""What a `.tflite` file computes on the way.

The very artefact is read, no copy with more outputs: an interpreter that keeps
every tensor runs it, and the stages are found by walking the graph back from
the arg-max.
"""

from pathlib import Path

import numpy as np
from ai_edge_litert import interpreter as litert

from tf_advseg.export.artefacts.quiet import quietly

_WRAPPERS = ("QUANTIZE", "DEQUANTIZE", "PAD", "PADV2")
_CONVOLUTION = "CONV_2D"


def tflite_stages(path: str | Path, image: np.ndarray) -> dict[str, np.ndarray]:
    """Runs a `.tflite` file on an image and reads its stages.

    Args:
        path: Its network must be one, not an ensemble, for stages before
            `scores` to be found.
        image: uint8 `(H, W, 3)`.

    Returns:
        Float arrays by stage; those that the graph does not show are missing.
    """
    interpreter = litert.Interpreter(
        str(path),
        # With a delegate, tensors inside its partition would never exist.
        experimental_op_resolver_type=(
            litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        ),
        experimental_preserve_all_tensors=True,
    )
    with quietly():
        interpreter.allocate_tensors()
    (details,) = interpreter.get_input_details()
    interpreter.set_tensor(details["index"], image[np.newaxis])
    interpreter.invoke()
    places = _places(interpreter._get_ops_details())
    return {name: _read(interpreter, at) for name, at in places.items()}


def _places(operators) -> dict[str, int]:
    """The tensor of each stage."""
    makers = {int(op["outputs"][0]): op for op in operators}
    named = {}
    for op in operators:
        named.setdefault(op["op_name"], []).append(op)
    if "ARG_MAX" not in named:
        return {}
    places = {"scores": int(named["ARG_MAX"][0]["inputs"][0])}
    # Of one network the scores are its logits resized, of an ensemble a sum.
    resize = makers.get(_unwrapped(makers, places["scores"]))
    if resize is None or resize["op_name"] != "RESIZE_BILINEAR":
        return places
    places["logits"] = _unwrapped(makers, int(resize["inputs"][0]))
    last, first = _convolutions(makers, places["logits"])
    if last is not None and first is not None:
        places["features"] = _unwrapped(makers, int(last["inputs"][0]))
        places["preprocessing"] = _unwrapped(makers, int(first["inputs"][0]))
    return places


def _unwrapped(makers, tensor):
    """The tensor before conversions and padding."""
    while tensor in makers and makers[tensor]["op_name"] in _WRAPPERS:
        tensor = int(makers[tensor]["inputs"][0])
    return tensor


def _convolutions(makers, tensor):
    """The last and the first convolution on the way back from a tensor."""
    last = first = None
    while tensor in makers:
        op = makers[tensor]
        if op["op_name"] == _CONVOLUTION:
            last, first = last or op, op
        tensor = int(op["inputs"][0])
    return last, first


def _read(interpreter, index):
    """One tensor as float numbers."""
    value = interpreter.get_tensor(index)
    details = interpreter._get_tensor_details(index, 0)
    scale, zero = details["quantization"]
    if value.dtype in (np.int8, np.uint8) and scale:
        return (value.astype(np.float32) - zero) * scale
    return value.astype(np.float32)
