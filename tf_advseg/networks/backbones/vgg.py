"""The dilated VGG-16 of DeepLab-v2, as AdaptSegNet's program builds it.

VGG-16 without its last two poolings; the convolutions after the removed ones
dilate instead, and two dilated 3x3 convolutions of 1024 channels stand for
the fully connected layers fc6 and fc7. Features have 1/8 of the image's size.

Layers are called after PyTorch's keys: `features_29` (fc6) holds
`features.29`.
"""

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import ClassVar

import keras

from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.layers import preprocess
from tf_advseg.networks.weights.keras_applications import KerasApplications

# Index in PyTorch's list, channels, dilation; a pooling follows where True.
CONVOLUTIONS = (
    (0, 64, 1, False),
    (2, 64, 1, True),
    (5, 128, 1, False),
    (7, 128, 1, True),
    (10, 256, 1, False),
    (12, 256, 1, False),
    (14, 256, 1, True),
    (17, 512, 1, False),
    (19, 512, 1, False),
    (21, 512, 1, False),
    (23, 512, 2, False),
    (25, 512, 2, False),
    (27, 512, 2, False),
    (29, 1024, 4, False),
    (31, 1024, 4, False),
)
FIRST_FULLY_CONNECTED = 29
LAST_OF = {14: "c2", 21: "c3", 27: "c4", 31: "c5"}
"""Convolutions that end the pyramid's levels; the last three are dilated to
the size of `c3`, where the network has its own poolings removed."""

KERAS_LAYERS = {
    f"features_{index}": f"block{block}_conv{number}"
    for block, indices in enumerate(
        ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (23, 25, 27)), start=1
    )
    for number, index in enumerate(indices, start=1)
}
"""fc6 and fc7 are 3x3 convolutions of 1024 channels here, which the
classification network lacks; they keep their random weights."""

TORCHVISION = {23: 24, 25: 26, 27: 28}
"""The last convolutions where the two poolings before them still count."""


@dataclasses.dataclass(frozen=True)
class VGG16(Backbone):
    """The dilated VGG-16; one level, no batch norm.

    Args:
        preprocessing: "caffe" (BGR, means subtracted), "torch", or "none" if
            images arrive normalised; see `networks.layers.preprocess`.
    """

    name: ClassVar[str] = "vgg16"
    imagenet: ClassVar[KerasApplications] = KerasApplications(
        "VGG16", KERAS_LAYERS.get
    )
    network: ClassVar[str] = "vgg16"
    mark: ClassVar[str] = "features.0.weight"
    classifier: ClassVar[tuple[str, ...]] = ("classifier.",)
    heads: ClassVar[Mapping[str, str]] = {MAIN: "classifier"}
    probe_size: ClassVar[tuple[int, int]] = (58, 206)

    preprocessing: str = "caffe"

    def features(self, images):
        features = {}
        x = preprocess(images, self.preprocessing)
        for index, filters, dilation, pooled in CONVOLUTIONS:
            x = keras.layers.Conv2D(
                filters,
                3,
                padding="same",
                dilation_rate=dilation,
                activation="relu",
                **_initializers(index, num_inputs=x.shape[-1]),
                name=f"features_{index}",
            )(x)
            if index in LAST_OF:
                features[LAST_OF[index]] = x
            if pooled:
                # Rounds down, unlike the pooling of the ResNet.
                name = f"features_{index + 2}_pool"
                x = keras.layers.MaxPooling2D(2, name=name)(x)
        return {**features, MAIN: x}

    @classmethod
    def checkpoint_name(cls, layer, naming):
        """`features_5` is `features.5`; torchvision counts poolings too."""
        found = re.fullmatch(r"features_(\d+)", layer)
        if not found:
            return None
        index = int(found[1])
        if not naming.is_torchvision:
            return f"features.{index}"
        if index > max(TORCHVISION):
            return None
        return f"features.{TORCHVISION.get(index, index)}"

    @classmethod
    def checkpoint_facts(cls, arrays, origin):
        """Without fc6 and a segmenter's classifier it is torchvision's."""
        is_dilated = "features.29.weight" in arrays
        is_segmenter = any(".conv2d_list." in name for name in arrays)
        return {"is_torchvision": not is_dilated and not is_segmenter}

    @classmethod
    def numpy_features(cls, layers, naming, image):
        x = image
        for index in (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31):
            name = naming.layer_name(f"features_{index}")
            if name is None:
                break
            dilation = 1 if index < 23 else 2 if index < 29 else 4
            x = layers.convolution(name, x, 1, dilation, dilation)
            x = layers.relu(x)
            if index in (2, 7, 14):
                x = layers.max_pool_2(x)
        return {"main": x}


def _initializers(index: int, num_inputs: int) -> dict:
    """He's for the convolutions of VGG, PyTorch's default for fc6, fc7."""
    if index < FIRST_FULLY_CONNECTED:
        kernel = keras.initializers.VarianceScaling(
            2.0, mode="fan_out", distribution="untruncated_normal"
        )
        return {"kernel_initializer": kernel}
    bound = 1 / math.sqrt(3 * 3 * num_inputs)
    uniform = keras.initializers.RandomUniform
    return {
        "kernel_initializer": uniform(-bound, bound),
        "bias_initializer": uniform(-bound, bound),
    }
