"""The official networks once more, in NumPy and float64, for one image.

Written from their published structure (DeepLab-v2; Tsai et al. 2018), on a
checkpoint's own arrays under PyTorch's names and in PyTorch's layout; each
backbone's class has its own part, `numpy_features`, made of `Layers`. It
shares no code with the Keras networks: where both agree, the conversion got
names, layouts, strides, paddings, dilations and constants right.

Activations are `(H, W, C)`, weights `(O, I, H, W)`.
"""

from collections.abc import Callable
from collections.abc import Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tf_advseg.networks.weights.pytorch_names import DISCRIMINATOR_LAYERS
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.pytorch_names import families

Arrays = Mapping[str, np.ndarray]
BATCH_NORM_EPSILON = 1e-5
ASPP_DILATIONS = (6, 12, 18, 24)


def run(
    naming: Naming,
    arrays: Arrays,
    image: np.ndarray,
    aspp_branches: int,
    visit: Callable[[str, np.ndarray], None],
) -> None:
    """Runs a network on one image.

    Args:
        naming: What the checkpoint holds.
        arrays: The checkpoint, prefixes stripped.
        image: `(H, W, C)`, normalised as the network expects.
        aspp_branches: How many branches of a classifier to sum.
        visit: Is given the output of each convolution and batch norm with
            its PyTorch name, before any activation, and the sum of each
            classifier's branches with the classifier's name.
    """
    layers = Layers(arrays, visit)
    image = image.astype(np.float64)
    if naming.network == "discriminator":
        _discriminate(layers, naming, image)
        return
    backbone = families()[naming.network][0]
    levels = backbone.numpy_features(layers, naming, image)
    for level, head in naming.heads.items():
        x = levels[level]
        logits = sum(
            layers.convolution(f"{head}.conv2d_list.{index}", x, 1, d, d)
            for index, d in enumerate(ASPP_DILATIONS[:aspp_branches])
        )
        visit(head, np.asarray(logits))


def _discriminate(layers, naming, x):
    for layer in DISCRIMINATOR_LAYERS:
        x = layers.convolution(naming.layer_name(layer), x, 2, 1)
        x = np.where(x > 0, x, 0.2 * x)


class Layers:
    """Computes with the checkpoint's arrays and shows `visit` what it gave."""

    def __init__(
        self, arrays: Arrays, visit: Callable[[str, np.ndarray], None]
    ):
        self._arrays = arrays
        self._visit = visit

    def convolution(
        self,
        name: str,
        x: np.ndarray,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
    ) -> np.ndarray:
        """Adds its bias if the checkpoint has one."""
        weight = self._arrays[f"{name}.weight"].astype(np.float64)
        y = _convolve(x, weight, stride, padding, dilation)
        if f"{name}.bias" in self._arrays:
            y = y + self._arrays[f"{name}.bias"].astype(np.float64)
        self._visit(name, y)
        return y

    def norm(self, name: str, x: np.ndarray) -> np.ndarray:
        """Normalises by the running statistics."""
        scale, offset, mean, variance = (
            self._arrays[f"{name}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        deviation = np.sqrt(variance + BATCH_NORM_EPSILON)
        y = (x - mean) / deviation * scale + offset
        self._visit(name, y)
        return y

    @staticmethod
    def relu(x: np.ndarray) -> np.ndarray:
        return np.maximum(x, 0)

    @staticmethod
    def max_pool_ceil(x: np.ndarray) -> np.ndarray:
        """3x3, stride 2, padding 1; a last window may hang over the edge."""
        height, width = (-(-(size - 1) // 2) + 1 for size in x.shape[:2])
        padded = np.full((2 * height + 1, 2 * width + 1, x.shape[2]), -np.inf)
        padded[1 : x.shape[0] + 1, 1 : x.shape[1] + 1] = x
        return _window_maximum(padded, 3, height, width)

    @staticmethod
    def max_pool_2(x: np.ndarray) -> np.ndarray:
        """2x2, stride 2; an odd last row or column falls away."""
        return _window_maximum(x, 2, x.shape[0] // 2, x.shape[1] // 2)


def _convolve(x, weight, stride, padding, dilation):
    """One product of matrices: all windows `(h w, I H W)` by the kernel."""
    x = np.pad(x, [(padding, padding), (padding, padding), (0, 0)])
    span = [dilation * (size - 1) + 1 for size in weight.shape[2:]]
    windows = sliding_window_view(x, span, axis=(0, 1))
    windows = windows[::stride, ::stride, :, ::dilation, ::dilation]
    height, width = windows.shape[:2]
    y = windows.reshape(height * width, -1) @ weight.reshape(len(weight), -1).T
    return y.reshape(height, width, -1)


def _window_maximum(x, size, height, width):
    return np.max(
        [
            x[row : row + 2 * height : 2, column : column + 2 * width : 2][
                :height, :width
            ]
            for row in range(size)
            for column in range(size)
        ],
        axis=0,
    )
