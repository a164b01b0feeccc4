"""The golden files, and the weights and inputs that belong to them.

`golden/README.md` has the rule that this file follows. Names of weights are
PyTorch's; arrays are in PyTorch's layout wherever they are drawn or compared
and in ours inside the networks.
"""

import gc
import math
import zlib
from pathlib import Path

import keras
import numpy as np

from tf_advseg.networks.backbones import ResNet101
from tf_advseg.networks.decoders.deeplab_v2 import deeplab_v2
from tf_advseg.networks.discriminators import fully_convolutional_discriminator

SEED = 2026
NUM_CLASSES = 19
BLOCKS = (2, 2, 2, 1)
FOLDER = Path(__file__).parent
FORWARD_FILES = ("forward_adaptsegnet", "forward_advent")
ITERATION_FILES = (
    "iterations_adaptsegnet_multi_clean_updates",
    "iterations_adaptsegnet_multi_official_updates",
    "iterations_adaptsegnet_single_ls_clean_updates",
    "iterations_advent_clean_updates",
    "iterations_advent_official_updates",
    "iterations_minent_clean_updates",
)
FILES = FORWARD_FILES + ITERATION_FILES


def load(file: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"{file}.npz") as arrays:
        return dict(arrays)


def draw(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A weight by its PyTorch name, in PyTorch's layout."""
    rng = _generator(name)
    if name.endswith("running_var"):
        return rng.uniform(0.5, 1.5, shape)
    if name.endswith("running_mean"):
        return rng.normal(0, 0.1, shape)
    if len(shape) == 4 and "conv2d_list" in name:
        return rng.normal(0, 0.01, shape)
    if len(shape) == 4:
        return rng.normal(0, math.sqrt(2 / np.prod(shape[1:])), shape)
    if name.endswith(".weight"):
        return rng.uniform(0.5, 1.5, shape)
    return rng.normal(0, 0.1, shape)


def images(name: str, size: tuple[int, int]) -> np.ndarray:
    """Normalised images `(1, H, W, 3)`."""
    return _generator(name).normal(0, 60, (1, *size, 3))


def labels(name: str, size: tuple[int, int]) -> np.ndarray:
    """Train ids `(1, H, W)`, a tenth of them 255."""
    rng = _generator(name)
    ids = rng.integers(0, NUM_CLASSES, (1, *size))
    ids[rng.random((1, *size)) < 0.1] = 255
    return ids.astype(np.int32)


def segmenter(file: str) -> keras.Model:
    """The network that a golden file was measured on, with its weights."""
    # The one before it may still wait in reference cycles: 0.5 GB each.
    gc.collect()
    branches = 2 if "adaptsegnet" in file else 4
    backbone = ResNet101(blocks=BLOCKS, preprocessing="none").build()
    model = deeplab_v2(backbone, NUM_CLASSES, aspp_branches=branches)
    _fill(model, prefix="")
    return model


def discriminator(level: str) -> keras.Model:
    name = f"discriminator_{level}"
    model = fully_convolutional_discriminator(NUM_CLASSES, name=name)
    _fill(model, prefix=f"d_{level}.")
    return model


def pytorch_name(variable: keras.Variable, prefix: str = "") -> str:
    """`layer3_0_conv2/kernel` to `layer3.0.conv2.weight`, and so on."""
    layer, kind = variable.path.split("/")[-2:]
    kind = {
        "kernel": "weight",
        "gamma": "weight",
        "beta": "bias",
        "moving_mean": "running_mean",
        "moving_variance": "running_var",
    }.get(kind, kind)
    if prefix:
        convolutions = ("conv1", "conv2", "conv3", "conv4", "classifier")
        return f"{prefix}{2 * convolutions.index(layer)}.{kind}"
    for ours, theirs in (
        ("_", "."),
        ("main.aspp", "layer6.conv2d_list"),
        ("aux.aspp", "layer5.conv2d_list"),
        ("downsample.conv", "downsample.0"),
        ("downsample.bn", "downsample.1"),
    ):
        layer = layer.replace(ours, theirs)
    return f"{layer}.{kind}"


def to_pytorch(array: np.ndarray) -> np.ndarray:
    """Kernels `(H, W, I, O)` to `(O, I, H, W)`; vectors as they are."""
    return array.transpose(3, 2, 0, 1) if array.ndim == 4 else array


def summary(array: np.ndarray) -> np.ndarray:
    """The 13 numbers of a tensor that the golden files keep."""
    flat = to_pytorch(np.asarray(array, np.float64)).ravel()
    sums = [flat.sum(), np.abs(flat).sum(), np.linalg.norm(flat)]
    # The only tensor of fewer numbers, a bias of one, is repeated.
    flat = np.resize(flat, max(flat.size, 5))
    return np.concatenate([sums, flat[:5], flat[-5:]])


def deviations(
    measured: dict[str, np.ndarray], expected: dict[str, np.ndarray]
) -> dict[str, float]:
    """Relative deviation of each number or tensor, by name."""
    return {
        name: _deviation(measured[name], expected[name]) for name in measured
    }


def _generator(name: str) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def _fill(model: keras.Model, prefix: str) -> None:
    for variable in model.variables:
        name = pytorch_name(variable, prefix)
        shape = tuple(variable.shape)
        if len(shape) == 4:
            height, width, inputs, outputs = shape
            drawn = draw(name, (outputs, inputs, height, width))
            variable.assign(drawn.transpose(2, 3, 1, 0))
        else:
            variable.assign(draw(name, shape))


def _deviation(measured: np.ndarray, expected: np.ndarray) -> float:
    if np.shape(expected) != (13,):
        return _relative(measured, expected, np.abs(expected).max())
    # A summary: a sum may cancel, so it is measured by the sum of sizes; the
    # ten values, which may all be small, by a typical size of the tensor.
    sums, norm, values = expected[:2], expected[2], expected[3:]
    typical = norm**2 / sums[1] if sums[1] else 0.0
    return max(
        _relative(measured[:2], sums, sums[1]),
        _relative(measured[2], norm, norm),
        _relative(measured[3:], values, max(typical, np.abs(values).max())),
    )


def _relative(measured, expected, scale) -> float:
    difference = np.abs(measured - expected).max()
    return float(difference / scale) if scale else float(difference)
