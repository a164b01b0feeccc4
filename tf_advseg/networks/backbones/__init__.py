"""Backbones; exporting one here registers it."""

from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.backbones.efficientnet_sizes import EfficientNetLite0
from tf_advseg.networks.backbones.efficientnet_sizes import EfficientNetLite1
from tf_advseg.networks.backbones.efficientnet_sizes import EfficientNetLite2
from tf_advseg.networks.backbones.keras_applications import KerasApplication
from tf_advseg.networks.backbones.keras_hub import KerasHub
from tf_advseg.networks.backbones.resnet import ResNet50
from tf_advseg.networks.backbones.resnet import ResNet101
from tf_advseg.networks.backbones.vgg import VGG16

__all__ = [
    "VGG16",
    "Backbone",
    "EfficientNetLite0",
    "EfficientNetLite1",
    "EfficientNetLite2",
    "KerasApplication",
    "KerasHub",
    "ResNet50",
    "ResNet101",
]
