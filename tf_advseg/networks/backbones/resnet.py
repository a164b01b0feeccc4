"""The dilated ResNet of DeepLab-v2, as the official programs build it.

A ResNet of the Caffe kind (the stride of a stage sits on the first 1x1
convolution) whose last two stages keep their resolution and dilate instead,
so that features have 1/8 of the image's size:

    image -> conv1 (7x7, stride 2) -> max-pool (3x3, stride 2, rounding up)
          -> layer1 (256): c2 -> layer2 (512, stride 2): c3
          -> layer3 (1024, dilation 2): c4 and aux
          -> layer4 (2048, dilation 4): c5 and main

Layers are called after PyTorch's keys: `layer3_4_conv2` holds
`layer3.4.conv2`, `layer1_0_downsample_bn` holds `layer1.0.downsample.1`.
"""

import dataclasses
import re
from typing import ClassVar

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.keras_types import normal
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import CeilModeMaxPooling2D
from tf_advseg.networks.layers import preprocess
from tf_advseg.networks.layers.batch_norm import MODES
from tf_advseg.networks.weights.assign import axis_size
from tf_advseg.networks.weights.keras_applications import KerasApplications

STRIDES = (1, 2, 1, 1)
DILATIONS = (1, 1, 2, 4)
NAMES_OF_STAGE = {1: ["c2"], 2: ["c3"], 3: ["c4", AUX], 4: ["c5", MAIN]}
SHORTCUT = {
    "downsample_conv": "downsample.0",
    "downsample_bn": "downsample.1",
}


@dataclasses.dataclass(frozen=True)
class ResNet(Backbone):
    """What the two depths have in common.

    Args:
        blocks: Bottleneck blocks of the four stages.
        batch_norm: "reference" (batch statistics in training, gamma and beta
            fixed, as in the official programs), "frozen", "affine",
            "trainable" or "per_domain"; see
            `tf_advseg.networks.layers.BatchNorm`.
        synchronized: Whether replicas share the statistics of a batch.
        preprocessing: "caffe" (BGR, means subtracted), "torch", or "none" if
            images arrive normalised; see `networks.layers.preprocess`.
    """

    levels: ClassVar[tuple[str, ...]] = (MAIN, AUX)
    network: ClassVar[str] = "resnet"
    mark: ClassVar[str] = "layer1.0.conv1.weight"
    classifier: ClassVar[tuple[str, ...]] = ("fc.",)
    probe_size: ClassVar[tuple[int, int]] = (52, 206)

    blocks: tuple[int, int, int, int]
    batch_norm: str = "reference"
    preprocessing: str = "caffe"
    synchronized: bool = False

    def __post_init__(self):
        check_choice("batch_norm", self.batch_norm, MODES)
        if len(self.blocks) != 4 or min(self.blocks) < 1:
            raise ValueError(
                "Expected blocks to be four numbers >= 1, one for each "
                f"stage; received {self.blocks!r}."
            )

    def features(self, images):
        x = preprocess(images, self.preprocessing)
        x = keras.layers.ZeroPadding2D(3, name="conv1_pad")(x)
        x = _convolution(x, 64, 7, stride=2, name="conv1")
        x = self._norm(x, "bn1")
        x = _relu(x, "relu1")
        x = CeilModeMaxPooling2D(name="max_pool")(x)
        features = {}
        for stage, num_blocks in enumerate(self.blocks, start=1):
            for index in range(num_blocks):
                x = self._block(x, stage, index)
            features |= dict.fromkeys(NAMES_OF_STAGE[stage], x)
        return features

    def _block(self, x, stage, index):
        """One bottleneck: 1x1, dilated 3x3, 1x1 to four times the width."""
        name = f"layer{stage}_{index}"
        width = 64 * 2 ** (stage - 1)
        stride = STRIDES[stage - 1] if index == 0 else 1
        shortcut = x
        if index == 0:
            shortcut = _convolution(
                x, 4 * width, stride=stride, name=f"{name}_downsample_conv"
            )
            shortcut = self._norm(shortcut, f"{name}_downsample_bn")
        x = _convolution(x, width, stride=stride, name=f"{name}_conv1")
        x = _relu(self._norm(x, f"{name}_bn1"), f"{name}_relu1")
        # Every block of a stage has the stage's dilation, its first too.
        dilation = DILATIONS[stage - 1]
        x = _convolution(x, width, 3, dilation=dilation, name=f"{name}_conv2")
        x = _relu(self._norm(x, f"{name}_bn2"), f"{name}_relu2")
        x = _convolution(x, 4 * width, name=f"{name}_conv3")
        x = self._norm(x, f"{name}_bn3")
        x = keras.layers.Add(name=f"{name}_add")([x, shortcut])
        return _relu(x, f"{name}_relu3")

    def _norm(self, x, name):
        norm = BatchNorm(
            self.batch_norm, synchronized=self.synchronized, name=name
        )
        return norm(x)

    @classmethod
    def checkpoint_name(cls, layer, naming):
        """`layer3_4_conv2` is `layer3.4.conv2`; shortcuts are numbered."""
        if layer in ("conv1", "bn1"):
            return layer
        if not re.fullmatch(r"layer\d+_\d+_\w+", layer):
            return None
        stage, block, part = layer.split("_", 2)
        return f"{stage}.{block}.{SHORTCUT.get(part, part)}"

    @classmethod
    def checkpoint_facts(cls, arrays, origin):
        """The bottlenecks a stage, as many as the names go up to."""
        last = dict.fromkeys(range(1, 5), 0)
        for name in arrays:
            found = re.match(r"layer([1-4])\.(\d{1,3})\.", name)
            if found:
                last[int(found[1])] = max(last[int(found[1])], int(found[2]))
        for stage, index in last.items():
            for block in range(index + 1):
                name = f"layer{stage}.{block}.conv3.weight"
                axis_size(arrays, name, 0, origin)
        return {"blocks": tuple(index + 1 for index in last.values())}

    @classmethod
    def checkpoint_options(cls, naming):
        if cls.blocks == naming.blocks:
            return {}
        return {"blocks": naming.blocks}

    @classmethod
    def numpy_features(cls, layers, naming, image):
        x = layers.convolution("conv1", image, 2, 3)
        x = layers.max_pool_ceil(layers.relu(layers.norm("bn1", x)))
        features = []
        stages = zip(naming.blocks, (1, 2, 1, 1), (1, 1, 2, 4), strict=True)
        for stage, (num_blocks, stride, dilation) in enumerate(stages, start=1):
            for block in range(num_blocks):
                x = _numpy_block(layers, stage, block, x, stride, dilation)
            features.append(x)
        return {"main": features[3], "aux": features[2]}


def _numpy_block(layers, stage, block, x, stride, dilation):
    name = f"layer{stage}.{block}"
    shortcut = x
    if block == 0:
        shortcut = layers.convolution(f"{name}.downsample.0", x, stride)
        shortcut = layers.norm(f"{name}.downsample.1", shortcut)
    x = layers.convolution(f"{name}.conv1", x, stride if block == 0 else 1)
    x = layers.relu(layers.norm(f"{name}.bn1", x))
    x = layers.convolution(f"{name}.conv2", x, 1, dilation, dilation)
    x = layers.relu(layers.norm(f"{name}.bn2", x))
    x = layers.norm(f"{name}.bn3", layers.convolution(f"{name}.conv3", x))
    return layers.relu(x + shortcut)


def _keras_name(layer: str) -> str:
    """`layer3_4_conv2` is called `conv4_block5_2_conv` there."""
    if layer in ("conv1", "bn1"):
        return "conv1_conv" if layer == "conv1" else "conv1_bn"
    stage, block, part = layer.removeprefix("layer").split("_", 2)
    prefix = f"conv{int(stage) + 1}_block{int(block) + 1}"
    if part.startswith("downsample_"):
        return f"{prefix}_0_{part.removeprefix('downsample_')}"
    return f"{prefix}_{part[-1]}_{part[:-1]}"


@dataclasses.dataclass(frozen=True)
class ResNet50(ResNet):
    """The dilated ResNet with 50 layers."""

    name: ClassVar[str] = "resnet50"
    imagenet: ClassVar[KerasApplications] = KerasApplications(
        "ResNet50", _keras_name
    )

    blocks: tuple[int, int, int, int] = (3, 4, 6, 3)


@dataclasses.dataclass(frozen=True)
class ResNet101(ResNet):
    """The dilated ResNet with 101 layers, the one of the papers."""

    name: ClassVar[str] = "resnet101"
    imagenet: ClassVar[KerasApplications] = KerasApplications(
        "ResNet101", _keras_name
    )

    blocks: tuple[int, int, int, int] = (3, 4, 23, 3)


def _convolution(x, filters, kernel_size=1, *, stride=1, dilation=1, name):
    convolution = keras.layers.Conv2D(
        filters,
        kernel_size,
        strides=stride,
        dilation_rate=dilation,
        # "same" would pad strided convolutions on one side only.
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        # The official initialisation where no pretrained file overwrites it.
        kernel_initializer=normal(stddev=0.01),
        name=name,
    )
    return convolution(x)


def _relu(x, name):
    return keras.layers.Activation("relu", name=name)(x)
