"""TFLite models of one fixed shape, by the TensorFlow converter."""

from collections.abc import Callable
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.export.artefacts.quiet import quietly
from tf_advseg.export.formats.format import SIGNATURE

PRECISIONS = ("float32", "float16", "dynamic", "int8")


def convert(
    folder: Path,
    precision: str,
    calibration: Callable[[], Iterable[np.ndarray]] | None = None,
) -> bytes:
    """Returns a flatbuffer.

    Args:
        folder: Written by `write_fixed_shape`.
        precision: "float32"; "float16": weights of 16 bits; "dynamic":
            weights of 8 bits, activations quantised as they come; "int8":
            weights and activations of 8 bits.
        calibration: Gives uint8 images `(H, W, 3)`, from which "int8" reads
            the range of each activation.
    """
    check_choice("precision", precision, PRECISIONS)
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(folder), signature_keys=[SIGNATURE]
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if precision == "int8":
        assert calibration is not None
        converter.representative_dataset = lambda: (
            {"image": image[np.newaxis]} for image in calibration()
        )
    with quietly():
        return converter.convert()
