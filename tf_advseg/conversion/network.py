"""The Keras network that a PyTorch checkpoint describes."""

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from tf_advseg.base.checks import check_choice
from tf_advseg.networks import discriminators
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.decoders.deeplab_v2 import DeepLabV2
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.layers.preprocessing import NORMALISATIONS
from tf_advseg.networks.weights import aspp_branches
from tf_advseg.networks.weights import recognise
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.pytorch_names import families

BRANCHES = {"auto": None, "2": 2, "4": 4}


@dataclasses.dataclass(frozen=True)
class Options:
    """What a checkpoint does not say of itself.

    Args:
        aspp_branches: "2" (AdaptSegNet), "4" (ADVENT) or "auto".
        preprocessing: "caffe" (both programs), or "torch" for torchvision.
        classes: Names separated by commas; empty: by their number.
    """

    aspp_branches: str = "auto"
    preprocessing: str = "caffe"
    classes: str = ""

    def __post_init__(self):
        check_choice("aspp_branches", self.aspp_branches, BRANCHES)
        check_choice("preprocessing", self.preprocessing, NORMALISATIONS)


def choose_branches(
    naming: Naming, arrays: Mapping[str, np.ndarray], options: Options
) -> tuple[int, str]:
    """Returns how many branches a classifier sums, and why."""
    if naming.kind != "segmenter":
        return 0, ""
    given = BRANCHES[options.aspp_branches]
    if given is not None:
        return given, "as you said"
    return aspp_branches.count_branches(naming, arrays)


def build(naming: Naming, branches: int, options: Options) -> keras.Model:
    """Returns the network, with random weights."""
    if naming.kind == "discriminator":
        return discriminators.fully_convolutional_discriminator(
            naming.num_classes
        )
    cls, changes = backbone_of(naming, options)
    backbone = cls(**changes).build()
    if naming.kind == "backbone":
        return backbone
    levels = {level: outputs_of(backbone)[level] for level in naming.heads}
    network = keras.Model(backbone.input, levels, name=cls.name)
    return DeepLabV2(branches).build(network, naming.num_classes)


def backbone_of(
    naming: Naming, options: Options
) -> tuple[type[Backbone], dict[str, Any]]:
    """Returns the backbone's class and the options that it takes.

    That is the class that fits as it is; of those that do not, the last.
    """
    backbone = min(
        reversed(families()[naming.network]),
        key=lambda cls: len(cls.checkpoint_options(naming)),
    )
    changes = backbone.checkpoint_options(naming)
    if options.preprocessing != "caffe" and hasattr(backbone, "preprocessing"):
        changes["preprocessing"] = options.preprocessing
    return backbone, changes


def unused_names(naming: Naming, branches: int) -> Callable[[str], bool]:
    """Returns whether a name may be in the file and have no layer here."""
    if naming.kind == "backbone":
        return lambda name: name.startswith(recognise.classifiers())
    unbuilt = tuple(
        f"{head}.conv2d_list.{index}."
        for head in naming.heads.values()
        for index in range(branches, aspp_branches.ALL)
    )
    return lambda name: bool(unbuilt) and name.startswith(unbuilt)
