"""The official networks once more, in NumPy and float64, for one image.

Written from their published structure (DeepLab-v2; Tsai et al. 2018), on a
checkpoint's own arrays under PyTorch's names and in PyTorch's layout. It
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

Arrays = Mapping[str, np.ndarray]
BATCH_NORM_EPSILON = 1e-5
ASPP_DILATIONS = (6, 12, 18, 24)
RESNET_STRIDES = (1, 2, 1, 1)
RESNET_DILATIONS = (1, 1, 2, 4)
VGG_POOLED_AFTER = (2, 7, 14)
VGG_LAYERS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31)


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
    network = _Network(arrays, visit)
    image = image.astype(np.float64)
    if naming.network == "discriminator":
        network.discriminator(naming, image)
        return
    if naming.network == "resnet":
        levels = network.resnet(naming.blocks, image)
    else:
        levels = {"main": network.vgg(naming, image)}
    for level, head in naming.heads.items():
        network.classifier(head, levels[level], aspp_branches)


class _Network:
    """The layers; each shows `visit` what it gave."""

    def __init__(self, arrays, visit):
        self._arrays = arrays
        self._visit = visit

    def resnet(self, blocks, x):
        x = _relu(self._norm("bn1", self._convolution("conv1", x, 2, 3)))
        x = _max_pool_ceil(x)
        levels = {}
        for stage, num_blocks in enumerate(blocks, start=1):
            for block in range(num_blocks):
                stride = RESNET_STRIDES[stage - 1] if block == 0 else 1
                dilation = RESNET_DILATIONS[stage - 1]
                x = self._bottleneck(
                    f"layer{stage}.{block}", x, stride, dilation
                )
            levels[stage] = x
        return {"main": levels[4], "aux": levels[3]}

    def _bottleneck(self, name, x, stride, dilation):
        shortcut = x
        if f"{name}.downsample.0.weight" in self._arrays:
            shortcut = self._convolution(f"{name}.downsample.0", x, stride)
            shortcut = self._norm(f"{name}.downsample.1", shortcut)
        x = self._convolution(f"{name}.conv1", x, stride)
        x = _relu(self._norm(f"{name}.bn1", x))
        x = self._convolution(f"{name}.conv2", x, 1, dilation, dilation)
        x = _relu(self._norm(f"{name}.bn2", x))
        x = self._norm(f"{name}.bn3", self._convolution(f"{name}.conv3", x))
        return _relu(x + shortcut)

    def vgg(self, naming, x):
        for index in VGG_LAYERS:
            name = naming.layer_name(f"features_{index}")
            if name is None:
                break
            dilation = 1 if index < 23 else 2 if index < 29 else 4
            x = self._convolution(name, x, 1, dilation, dilation)
            x = _relu(x)
            if index in VGG_POOLED_AFTER:
                x = _max_pool_2(x)
        return x

    def classifier(self, name, x, branches):
        logits = sum(
            self._convolution(f"{name}.conv2d_list.{index}", x, 1, d, d)
            for index, d in enumerate(ASPP_DILATIONS[:branches])
        )
        self._visit(name, logits)

    def discriminator(self, naming, x):
        for layer in DISCRIMINATOR_LAYERS:
            x = self._convolution(naming.layer_name(layer), x, 2, 1)
            x = np.where(x > 0, x, 0.2 * x)

    def _convolution(self, name, x, stride=1, padding=0, dilation=1):
        weight = self._arrays[f"{name}.weight"].astype(np.float64)
        y = _convolve(x, weight, stride, padding, dilation)
        if f"{name}.bias" in self._arrays:
            y = y + self._arrays[f"{name}.bias"].astype(np.float64)
        self._visit(name, y)
        return y

    def _norm(self, name, x):
        scale, offset, mean, variance = (
            self._arrays[f"{name}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        deviation = np.sqrt(variance + BATCH_NORM_EPSILON)
        y = (x - mean) / deviation * scale + offset
        self._visit(name, y)
        return y


def _convolve(x, weight, stride, padding, dilation):
    """One product of matrices: all windows `(h w, I H W)` by the kernel."""
    x = np.pad(x, [(padding, padding), (padding, padding), (0, 0)])
    span = [dilation * (size - 1) + 1 for size in weight.shape[2:]]
    windows = sliding_window_view(x, span, axis=(0, 1))
    windows = windows[::stride, ::stride, :, ::dilation, ::dilation]
    height, width = windows.shape[:2]
    y = windows.reshape(height * width, -1) @ weight.reshape(len(weight), -1).T
    return y.reshape(height, width, -1)


def _relu(x):
    return np.maximum(x, 0)


def _max_pool_ceil(x):
    """3x3, stride 2, padding 1; a last window may hang over the edge."""
    height, width = (-(-(size - 1) // 2) + 1 for size in x.shape[:2])
    padded = np.full((2 * height + 1, 2 * width + 1, x.shape[2]), -np.inf)
    padded[1 : x.shape[0] + 1, 1 : x.shape[1] + 1] = x
    return _window_maximum(padded, 3, height, width)


def _max_pool_2(x):
    """2x2, stride 2; an odd last row or column falls away."""
    return _window_maximum(x, 2, x.shape[0] // 2, x.shape[1] // 2)


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
