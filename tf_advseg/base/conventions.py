"""The few constants that every module must agree on."""

IGNORE_LABEL = 255
"""Label of pixels that no loss and no metric counts."""

SOURCE = 0
"""Domain label of the labelled images (both official programs use 0)."""

TARGET = 1
"""Domain label of the unlabelled images."""

MAIN = "main"
"""Level of the deepest classifier, the one that predicts."""

AUX = "aux"
"""Level of the auxiliary classifier on shallower features."""

DETAIL = "detail"
"""Level of the windows of full resolution, of networks of two scales."""

PYRAMID = ("c2", "c3", "c4", "c5")
"""A backbone's features from fine to coarse: nominal strides 4, 8, 16, 32."""

FEATURES = "features"
"""Name of the representation that the main classifier reads."""

PREPROCESSING = "preprocessing"
"""Name of the layer that normalises images."""

POLICIES = {
    "float32": "float32",
    "bfloat16": "mixed_bfloat16",
    "float16": "mixed_float16",
}
"""Keras' dtype policy by the name that `--precision` takes."""

STRATEGIES = ("mirrored", "one_device", "multi_worker", "tpu")
"""The distribution strategies that `--strategy` takes."""
