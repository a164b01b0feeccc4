"""DeepLab-v2: parallel dilated classifiers on a dilated backbone.

Chen et al., "DeepLab: Semantic Image Segmentation with Deep Convolutional
Nets, Atrous Convolution, and Fully Connected CRFs" (2017), without the CRF.
Each level of the backbone has an atrous spatial pyramid

    logits = sum_d conv3x3(features, dilation d),   d in (6, 12, 18, 24)

whose logits are resized to the image, corners aligned.
"""

import dataclasses
import math
from typing import Any
from typing import ClassVar

import keras

from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.decoders.decoder import Decoder
from tf_advseg.networks.keras_types import normal
from tf_advseg.networks.keras_types import uniform
from tf_advseg.networks.layers import DilatedConv2D


@dataclasses.dataclass(frozen=True)
class DeepLabV2(Decoder):
    """The papers' decoder: dilated classifiers on each of a backbone's levels.

    Its layers have the names that checkpoints and rules know: `main_aspp_0`.

    Args:
        aspp_branches: How many of `dilations` to build, the first ones.
            AdaptSegNet's program returns from inside its loop and so sums
            only dilations 6 and 12: use 2 to reproduce it. Its other two
            convolutions have no influence and get no gradient, so they are
            not built; ADVENT sums all 4.
        dilations: Of the parallel 3x3 convolutions.
    """

    name: ClassVar[str] = "deeplab_v2"
    output_stride: ClassVar[int] = 16

    aspp_branches: int = 4
    dilations: tuple[int, ...] = (6, 12, 18, 24)

    def __post_init__(self):
        check_range("aspp_branches", self.aspp_branches, 2, len(self.dilations))

    def logits(self, features, num_classes):
        levels = [level for level in (MAIN, AUX) if level in features]
        logits = {
            level: self._classifier(features[level], num_classes, level)
            for level in levels
        }
        return logits, features[MAIN]

    def _classifier(self, features, num_classes, level):
        """Sums one 3x3 convolution per dilation."""
        # PyTorch's default for biases, which the official programs keep.
        bound = 1 / math.sqrt(3 * 3 * features.shape[-1])
        branches = [
            DilatedConv2D(
                num_classes,
                3,
                padding="same",
                dilation_rate=dilation,
                kernel_initializer=normal(stddev=0.01),
                bias_initializer=uniform(bound),
                name=f"{level}_aspp_{index}",
            )(features)
            for index, dilation in enumerate(
                self.dilations[: self.aspp_branches]
            )
        ]
        # Float32 in mixed precision too: the sum of four is what gets resized.
        full_precision = keras.config.dtype_policy().variable_dtype
        add = keras.layers.Add(dtype=full_precision, name=f"{level}_logits")
        return add(branches)


def deeplab_v2(
    backbone_model: keras.Model, num_classes: int, **options: Any
) -> keras.Model:
    """As `DeepLabV2(**options).build(backbone_model, num_classes)`."""
    return DeepLabV2(**options).build(backbone_model, num_classes)
