"""EfficientNet-Lite: the network of backbones that fit an edge device.

EfficientNet-B0 (Tan and Le, 2019, table 1) without squeeze-and-excitation
and with ReLU6 for swish, as published for TensorFlow Lite: every operation
is a builtin one that 8-bit quantisation and the usual accelerators take.
Lite1 and Lite2 are that network scaled (equation 3 there), but for the stem and
the number of blocks of the first and the last stage.

    image -> stem (3x3, stride 2)
          -> 7 stages of inverted bottlenecks (expand 1x1, depthwise k x k,
             project 1x1, shortcut where shapes agree)

`main` and `c5` are the output of stage 7, `aux` and `c4` that of stage 5, `c3`
that of stage 3, `c2` that of stage 2. The classifier's own 1280-channel
convolution is left out.
"""

import dataclasses
import math
import re
from typing import Any
from typing import ClassVar
from typing import NamedTuple

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import preprocess
from tf_advseg.networks.layers.batch_norm import MODES

STEM_FILTERS = 32


class Stage(NamedTuple):
    """One row of table 1: `repeats` blocks, the first with `stride`."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    filters: int


STAGES = (
    Stage(repeats=1, kernel=3, stride=1, expansion=1, filters=16),
    Stage(repeats=2, kernel=3, stride=2, expansion=6, filters=24),
    Stage(repeats=2, kernel=5, stride=2, expansion=6, filters=40),
    Stage(repeats=3, kernel=3, stride=2, expansion=6, filters=80),
    Stage(repeats=3, kernel=5, stride=1, expansion=6, filters=112),
    Stage(repeats=4, kernel=5, stride=2, expansion=6, filters=192),
    Stage(repeats=1, kernel=3, stride=1, expansion=6, filters=320),
)
NAMES_OF_STAGE = {2: ["c2"], 3: ["c3"], 5: ["c4", AUX], 7: ["c5", MAIN]}
DEFAULT_STRIDE = 16
STEM_NAMES = {"stem_conv": "_conv_stem", "stem_bn": "_bn0"}
BLOCK_NAMES = {
    "expand_conv": "_expand_conv",
    "expand_bn": "_bn0",
    "depthwise_conv": "_depthwise_conv",
    "depthwise_bn": "_bn1",
    "project_conv": "_project_conv",
    "project_bn": "_bn2",
}


@dataclasses.dataclass(frozen=True)
class EfficientNetLite(Backbone):
    """EfficientNet-Lite with a choice of output stride.

    Attributes:
        width: By what the filters of each stage are multiplied.
        depth: By what the blocks of the inner stages are.

    Padding is TensorFlow's `same`, one-sided at even sizes, as in the
    program that trained the published weights, and pixels become
    `(x - 127) / 128`. Both were checked against the PyTorch conversion of
    these weights: its features agree to 1e-4, and on street photographs the
    statistics after the first convolution are near those that its batch norm
    remembers (median ratio of variances 1.4; 3.2 with the ImageNet means and
    deviations that its manual uses).

    Args:
        output_stride: Pixels of the image a feature stands for, in each
            direction: 32 as trained; 16 takes the stride of stage 6 away; 8
            that of stage 4 too. From there on the depthwise kernels are
            dilated. The block that lost its stride keeps its own dilation,
            so with pretrained weights the features of stride 16 contain
            those of stride 32 (exactly, where sizes are 32 n + 1).
            None: what the decoder likes; 16 where there is none.
        batch_norm: `trainable`, `frozen` (moving statistics, nothing
            learned), `affine` (moving statistics, scale and offset learned),
            `reference` (batch statistics, frozen scale and offset) or
            `per_domain` (trained, moving statistics of the target alone), see
            `tf_advseg.networks.layers.BatchNorm`.
        synchronized: Whether replicas share the statistics of a batch.
    """

    width: ClassVar[float] = 1.0
    depth: ClassVar[float] = 1.0
    levels: ClassVar[tuple[str, ...]] = (MAIN, AUX)
    mark: ClassVar[str] = "_conv_stem.weight"
    classifier: ClassVar[tuple[str, ...]] = ("_conv_head.", "_bn1.", "_fc.")

    output_stride: int | None = None
    batch_norm: str = "trainable"
    synchronized: bool = False

    def __post_init__(self):
        if self.output_stride not in (None, 8, 16, 32):
            raise ValueError(
                "Expected output_stride 8, 16 or 32; "
                f"received {self.output_stride!r}."
            )
        check_choice("batch_norm", self.batch_norm, MODES)

    @classmethod
    def stages(cls) -> tuple[Stage, ...]:
        """The rows of table 1, scaled."""
        first, *inner, last = (
            stage._replace(filters=_scaled(stage.filters, cls.width))
            for stage in STAGES
        )
        deep = (
            stage._replace(repeats=math.ceil(stage.repeats * cls.depth))
            for stage in inner
        )
        return (first, *deep, last)

    def suited_to(self, output_stride):
        if self.output_stride is not None:
            return self
        return dataclasses.replace(self, output_stride=output_stride)

    def features(self, images):
        """Their sizes are `ceil(size / output_stride)` at most."""
        coarsest = self.output_stride or DEFAULT_STRIDE
        x = preprocess(images, "lite")
        x = _convolution(x, STEM_FILTERS, 3, 2, "stem_conv")
        x = self._norm(x, "stem_bn", activate=True)
        stride, dilation = 2, 1
        features = {}
        for number, stage in enumerate(self.stages(), start=1):
            for index in range(stage.repeats):
                step = stage.stride if index == 0 else 1
                if stride * step > coarsest:
                    x = self._block(x, stage, number, index, 1, dilation)
                    dilation *= step
                else:
                    x = self._block(x, stage, number, index, step, dilation)
                    stride *= step
            features |= dict.fromkeys(NAMES_OF_STAGE.get(number, ()), x)
        return features

    def _block(self, x, stage, number, index, stride, dilation):
        """One inverted bottleneck, `(B, h, w, C)` to `(B, h', w', F)`."""
        name = f"stage{number}_block{index + 1}"
        shortcut = x
        if stage.expansion != 1:
            width = x.shape[-1] * stage.expansion
            x = _convolution(x, width, 1, 1, f"{name}_expand_conv")
            x = self._norm(x, f"{name}_expand_bn", activate=True)
        x = keras.layers.DepthwiseConv2D(
            stage.kernel,
            strides=stride,
            dilation_rate=dilation,
            padding="same",
            use_bias=False,
            depthwise_initializer=_initializer(),
            name=f"{name}_depthwise_conv",
        )(x)
        x = self._norm(x, f"{name}_depthwise_bn", activate=True)
        x = _convolution(x, stage.filters, 1, 1, f"{name}_project_conv")
        x = self._norm(x, f"{name}_project_bn", activate=False)
        if index == 0:
            return x
        return keras.layers.Add(name=f"{name}_add")([shortcut, x])

    def _norm(self, x, name, *, activate):
        """Batch norm with the trained network's constants, then ReLU6."""
        norm = BatchNorm(
            self.batch_norm,
            momentum=0.99,
            epsilon=1e-3,
            synchronized=self.synchronized,
            name=name,
        )
        x = norm(x)
        if not activate:
            return x
        name = f"{name.removesuffix('_bn')}_relu6"
        return keras.layers.Activation("relu6", name=name)(x)

    @classmethod
    def checkpoint_name(cls, layer, naming):
        """The checkpoint counts blocks from 0 through all stages."""
        found = re.fullmatch(r"stage(\d)_block(\d)_(\w+)", layer)
        if not found or found[3] not in BLOCK_NAMES:
            return STEM_NAMES.get(layer)
        before = sum(s.repeats for s in cls.stages()[: int(found[1]) - 1])
        number = before + int(found[2]) - 1
        return f"_blocks.{number}.{BLOCK_NAMES[found[3]]}"

    @classmethod
    def is_checkpoint(cls, arrays):
        """By the filters of the last block, which Lite0 has before others."""
        if cls.mark not in arrays:
            return False
        last = sum(stage.repeats for stage in cls.stages()) - 1
        kernel = arrays.get(f"_blocks.{last}._project_conv.weight")
        return kernel is not None and len(kernel) == cls.stages()[-1].filters

    @classmethod
    def is_model(cls, model):
        """By the number of its blocks, and the filters of the last one."""
        layers = {layer.name: layer for layer in model.layers}
        blocks = sum(name.endswith("_depthwise_conv") for name in layers)
        last = layers.get("stage7_block1_project_conv")
        return (
            last is not None
            and last.filters == cls.stages()[-1].filters
            and blocks == sum(stage.repeats for stage in cls.stages())
        )


def _scaled(filters: int, width: float) -> int:
    """The nearest multiple of 8."""
    return int(filters * width + 4) // 8 * 8


def _convolution(x, filters, kernel, stride, name):
    return keras.layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer=_initializer(),
        name=name,
    )(x)


def _initializer() -> Any:
    """Normal with variance 2 / fan_out, as the authors draw it."""
    return keras.initializers.VarianceScaling(
        scale=2.0, mode="fan_out", distribution="untruncated_normal"
    )
