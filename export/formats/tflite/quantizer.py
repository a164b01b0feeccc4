"""TFLite models of fewer bits by litert-quantizer (the extra `quantize`).

It works on the float32 flatbuffer and, unlike the converter, on chosen kinds
of operations only. What is chosen here keeps the whole network in one XNNPACK
partition, and keeps float what costs little and matters much:

    float16   the weights of convolutions; biases and depthwise kernels, a
              small part of all, stay float32
    dynamic   the convolutions: XNNPACK has no depthwise one of this kind
    int8      the network up to the logits; softmax, entropy, resize and
              arg-max see float numbers
"""

from collections.abc import Iterable
from types import ModuleType

import numpy as np

from tf_advseg.export.artefacts.quiet import quietly
from tf_advseg.export.formats.format import SIGNATURE

_DYNAMIC = ("CONV_2D",)
_INT8 = (
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "ADD",
    "PAD",
    "PADV2",
    "MAX_POOL_2D",
    "AVERAGE_POOL_2D",
)
_ANY_NAME = ".*"


def quantizer_library() -> ModuleType | None:
    """Returns `litert_quantizer`, or None if it is not installed."""
    try:
        import litert_quantizer
        import litert_quantizer.quantizer
    except ImportError:
        return None
    return litert_quantizer


def quantize(
    model: bytes,
    precision: str,
    images: Iterable[np.ndarray],
    num_threads: int = 2,
) -> bytes:
    """Returns a flatbuffer of fewer bits.

    Args:
        model: The float32 flatbuffer.
        precision: "float16", "dynamic" or "int8".
        images: uint8 `(H, W, 3)`, to calibrate "int8" on.
        num_threads: For calibration.
    """
    from litert_quantizer.quantizer import Quantizer

    quantizer = Quantizer(model)
    {"float16": _float16, "dynamic": _dynamic, "int8": _int8}[precision](
        quantizer
    )
    with quietly():
        result = _run(quantizer, images, num_threads)
    assert result.quantized_model is not None
    return bytes(result.quantized_model)


def _run(quantizer, images, num_threads):
    ranges = None
    if quantizer.need_calibration:
        samples = [{"image": image[np.newaxis]} for image in images]
        ranges = quantizer.calibrate(
            {SIGNATURE: samples}, num_threads=num_threads
        )
    return quantizer.quantize(
        ranges, enable_progress_bar=False, enable_progress_report=False
    )


def _float16(quantizer):
    from litert_quantizer import qtyping
    from litert_quantizer.quantizer import AlgorithmName

    weights = qtyping.TensorQuantizationConfig(
        num_bits=16, dtype=qtyping.TensorDataType.FLOAT
    )
    config = qtyping.OpQuantizationConfig(
        weight_tensor_config=weights,
        compute_precision=qtyping.ComputePrecision.FLOAT,
        explicit_dequantize=True,
    )
    quantizer.update_quantization_recipe(
        _ANY_NAME,
        qtyping.TFLOperationName.CONV_2D,
        config,
        AlgorithmName.FLOAT_CASTING,
    )


def _dynamic(quantizer):
    for name in _operations(_DYNAMIC):
        quantizer.add_dynamic_config(_ANY_NAME, name, 8)


def _int8(quantizer):
    for name in _operations(_INT8):
        quantizer.add_static_config(_ANY_NAME, name, 8, 8)


def _operations(names):
    from litert_quantizer import qtyping

    return [qtyping.TFLOperationName(name) for name in names]
