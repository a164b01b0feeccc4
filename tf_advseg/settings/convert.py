"""Converts checkpoints of the papers' PyTorch programs, without PyTorch.

    tf_advseg convert model_120000.pth --out advent.keras
    tf_advseg convert advent.keras --out advent.safetensors

The first direction takes the segmenters of AdaptSegNet and ADVENT (ResNet
and VGG-16; one level or two), their discriminators, and ImageNet ResNets
and VGG-16 of torchvision or Caffe; it prints a parity report, a line a
layer, and keeps it in the file. Nothing of a checkpoint is executed, and
nothing is written if a tensor is missing, unknown or of another shape. The
second direction writes a model's weights under PyTorch's names.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.finding import find_file
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class ConvertSettings(OutSettings):
    """One conversion."""

    GROUP = "What the checkpoint is"

    out: str = same(OutSettings, "out", "")
    summed_branches: str = setting(
        "auto",
        "How many of its four branches a classifier sums: 2 in AdaptSegNet's "
        "program, 4 in ADVENT's. The files look alike; 'auto' looks for "
        "branches that were never trained.",
        choices=("auto", "2", "4"),
        was="aspp_branches",
    )
    preprocessing: str = setting(
        "caffe",
        "How the network was fed: 'caffe' (BGR, means subtracted) by both "
        "programs, 'torch' (normalised RGB) for torchvision's ImageNet files.",
        choices=("caffe", "torch"),
    )
    class_names: str = setting(
        "",
        "Names of a segmenter's classes, separated by commas.",
        unset="those of Cityscapes for 19, 16 or 13 classes",
        was="classes",
    )

    def __post_init__(self):
        super().__post_init__()
        if not self.out:
            raise ValueError("Say where to write: --out=FILE.")


COMMAND = Command(ConvertSettings, place=120, words="FILE", finds=find_file)
