"""The dilated ResNet of DeepLab-v2, as the official programs build it.

A ResNet of the Caffe kind (the stride of a stage sits on the first 1x1
convolution) whose last two stages keep their resolution and dilate instead,
so that features have 1/8 of the image's size:

    image -> conv1 (7x7, stride 2) -> max-pool (3x3, stride 2, rounding up)
          -> layer1 (256) -> layer2 (512, stride 2)
          -> layer3 (1024, dilation 2): aux
          -> layer4 (2048, dilation 4): main

Layers are called after PyTorch's keys: `layer3_4_conv2` holds
`layer3.4.conv2`, `layer1_0_downsample_bn` holds `layer1.0.downsample.1`.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import CeilModeMaxPooling2D
from tf_advseg.networks.layers import preprocess
from tf_advseg.networks.layers.batch_norm import MODES

STRIDES = (1, 2, 1, 1)
DILATIONS = (1, 1, 2, 4)
LEVEL_OF_STAGE = {3: AUX, 4: MAIN}


@dataclasses.dataclass(frozen=True)
class ResNet(Backbone):
    """What the two depths have in common.

    Args:
        blocks: Bottleneck blocks of the four stages.
        batch_norm: "reference" (batch statistics in training, gamma and beta
            fixed, as in the official programs), "frozen" or "trainable"; see
            `tf_advseg.networks.layers.BatchNorm`.
        synchronized: Whether replicas share the statistics of a batch.
        preprocessing: "caffe" (BGR, means subtracted), "torch", or "none" if
            images arrive normalised; see `networks.layers.preprocess`.
    """

    levels: ClassVar[tuple[str, ...]] = (MAIN, AUX)

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

    def build(
        self, input_shape: tuple[int | None, int | None, int] = (None, None, 3)
    ) -> keras.Model:
        # Float64 models take float64 images, all others float32.
        dtype = keras.config.dtype_policy().variable_dtype
        images = keras.Input(input_shape, dtype=dtype, name="images")
        x = preprocess(images, self.preprocessing)
        x = keras.layers.ZeroPadding2D(3, name="conv1_pad")(x)
        x = _convolution(x, 64, 7, stride=2, name="conv1")
        x = self._norm(x, "bn1")
        x = _relu(x, "relu1")
        x = CeilModeMaxPooling2D(name="max_pool")(x)
        levels = {}
        for stage, num_blocks in enumerate(self.blocks, start=1):
            for index in range(num_blocks):
                x = self._block(x, stage, index)
            if stage in LEVEL_OF_STAGE:
                levels[LEVEL_OF_STAGE[stage]] = x
        features = {level: levels[level] for level in self.levels}
        return keras.Model(images, features, name=self.name)

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

    def load_imagenet(self, model: keras.Model, path: str | None = None) -> str:
        """Fills `model` from keras.applications.

        Args:
            model: Made by `build`.
            path: A `.pth` file with PyTorch's names instead.
        """
        from tf_advseg.networks.weights import keras_applications

        return keras_applications.load_imagenet(model, self.name, path)


@dataclasses.dataclass(frozen=True)
class ResNet50(ResNet):
    """The dilated ResNet with 50 layers."""

    name: ClassVar[str] = "resnet50"
    blocks: tuple[int, int, int, int] = (3, 4, 6, 3)


@dataclasses.dataclass(frozen=True)
class ResNet101(ResNet):
    """The dilated ResNet with 101 layers, the one of the papers."""

    name: ClassVar[str] = "resnet101"
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
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.01),
        name=name,
    )
    return convolution(x)


def _relu(x, name):
    return keras.layers.Activation("relu", name=name)(x)
