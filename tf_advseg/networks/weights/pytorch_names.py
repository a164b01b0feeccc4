"""What PyTorch checkpoints call the layers of this package's networks.

    ResNet          conv1, bn1, layer1.0.conv1, layer1.0.downsample.0, ...
    VGG-16          features.0 ... features.31 (fc6 and fc7 are 29 and 31)
    classifiers     layer6.conv2d_list.0 (main), layer5.conv2d_list.0 (aux)
    discriminators  conv1 ... conv4, classifier, or 0, 2, 4, 6, 8

Both official programs use the first three; the ImageNet files of torchvision
and of Caffe use the first two, torchvision with other numbers for VGG-16's
last convolutions. A `Naming` (found by `recognise`) says which applies.
"""

import dataclasses
import re
from collections.abc import Mapping

import keras

from tf_advseg.networks.weights import efficientnet_lite
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import batch_norm_slots
from tf_advseg.networks.weights.assign import convolution_slots

TORCHVISION_VGG = {23: 24, 25: 26, 27: 28}
"""The last convolutions where the two poolings before them still count."""

SHORTCUT = {
    "downsample_conv": "downsample.0",
    "downsample_bn": "downsample.1",
}
DISCRIMINATOR_LAYERS = ("conv1", "conv2", "conv3", "conv4", "classifier")
_HEAD = re.compile(r"(main|aux)_aspp_(\d+)")
_RESNET = re.compile(r"(conv1|bn1|layer\d+_\d+_\w+)")


@dataclasses.dataclass(frozen=True)
class Naming:
    """How one checkpoint names what it holds.

    Attributes:
        kind: "segmenter", "backbone" (an ImageNet classifier, of which the
            classifier is left out) or "discriminator".
        network: "resnet", "vgg16", "efficientnet_lite0" or
            "discriminator".
        heads: The checkpoint's name of the classifier of each level.
        num_classes: Of a segmenter's classifiers; input channels of a
            discriminator; 0 for a backbone.
        blocks: Bottlenecks a stage of a ResNet.
        is_numbered: Whether a discriminator's layers are 0, 2, 4, 6, 8.
        is_torchvision: Whether VGG-16's last layers have other numbers and
            fc6 and fc7 are missing.
    """

    kind: str
    network: str
    heads: Mapping[str, str] = dataclasses.field(default_factory=dict)
    num_classes: int = 0
    blocks: tuple[int, ...] = ()
    is_numbered: bool = False
    is_torchvision: bool = False

    def layer_name(self, name: str) -> str | None:
        """Returns what the Keras layer `name` is called, None if nothing."""
        head = _HEAD.fullmatch(name)
        if head and head[1] in self.heads:
            return f"{self.heads[head[1]]}.conv2d_list.{head[2]}"
        if self.network == "resnet" and _RESNET.fullmatch(name):
            return _resnet_name(name)
        if self.network == "vgg16" and name.startswith("features_"):
            return self._vgg_name(int(name.split("_")[1]))
        if name in DISCRIMINATOR_LAYERS and self.network == "discriminator":
            index = DISCRIMINATOR_LAYERS.index(name)
            return str(2 * index) if self.is_numbered else name
        return None

    def _vgg_name(self, index):
        if not self.is_torchvision:
            return f"features.{index}"
        if index > max(TORCHVISION_VGG):
            return None
        return f"features.{TORCHVISION_VGG.get(index, index)}"

    def slots(self, model: keras.Model) -> list[Slot]:
        """Returns the variables of `model` with the checkpoint's names.

        Layers that the checkpoint does not have are left out.
        """
        slots = []
        if self.network == "efficientnet_lite0":
            slots += efficientnet_lite.list_slots(model)
        for layer in model.layers:
            name = layer.variables and self.layer_name(layer.name)
            if not name:
                continue
            is_norm = hasattr(layer, "moving_mean")
            slots += (batch_norm_slots if is_norm else convolution_slots)(
                name, layer
            )
        return slots


def _resnet_name(name):
    """`layer3_4_conv2` is `layer3.4.conv2`; shortcuts are numbered."""
    if name in ("conv1", "bn1"):
        return name
    stage, block, part = name.split("_", 2)
    return f"{stage}.{block}.{SHORTCUT.get(part, part)}"
