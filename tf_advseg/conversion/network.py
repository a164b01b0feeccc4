"""The Keras network that a PyTorch checkpoint describes, and its proof."""

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping

import keras
import numpy as np

from tf_advseg.base.checks import check_choice
from tf_advseg.networks import discriminators
from tf_advseg.networks.decoders import deeplab
from tf_advseg.networks.layers.preprocessing import NORMALISATIONS
from tf_advseg.networks.weights import aspp_branches
from tf_advseg.networks.weights import parity
from tf_advseg.networks.weights import recognise
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.pytorch_names import families
from tf_advseg.networks.weights.torch.errors import WeightsError

BRANCHES = {"auto": None, "2": 2, "4": 4}

DISCRIMINATOR_PROBE_SIZE = (37, 50)
"""(H, W) of the noise that both networks see."""

MAX_DEVIATION = 1e-2
"""Of a layer's outputs, relative to its largest; float32 stays below 1e-4."""


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
    cls, changes = _backbone(naming, options)
    backbone = cls(**changes).build()
    if naming.kind == "backbone":
        return backbone
    levels = {level: backbone.output[level] for level in naming.heads}
    return deeplab.deeplab_v2(
        keras.Model(backbone.input, levels, name=cls.name),
        naming.num_classes,
        aspp_branches=branches,
    )


def backbone_call(naming: Naming, options: Options) -> tuple[str, dict]:
    """Returns the backbone's name and options, as `--backbone` takes them."""
    backbone, changes = _backbone(naming, options)
    return backbone.name, changes


def _backbone(naming, options):
    """The class that fits as it is; of those that do not, the last."""
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


def compare_layers(
    model: keras.Model,
    naming: Naming,
    arrays: Mapping[str, np.ndarray],
    branches: int,
    options: Options,
) -> list[parity.LayerParity]:
    """Compares the filled network with NumPy on a noise image.

    Raises:
        WeightsError: If a layer computes something else.
    """
    size = DISCRIMINATOR_PROBE_SIZE
    if naming.kind != "discriminator":
        size = families()[naming.network][0].probe_size
    if size is None:
        return []
    rng = np.random.default_rng(0)
    if naming.kind == "discriminator":
        image = normalised = rng.uniform(0, 1, (*size, naming.num_classes))
    else:
        image = rng.uniform(0, 255, (*size, 3))
        normalised = _normalise(image, NORMALISATIONS[options.preprocessing])
    rows = parity.compare_layers(
        model, naming, arrays, image, normalised, branches
    )
    for row in rows:
        if row.is_comparable and row.relative > MAX_DEVIATION:
            raise WeightsError(
                f"The converted network does not compute what the checkpoint "
                f"describes: {row.name!r} differs by {row.difference:.3g} "
                f"where values go up to {row.largest:.3g}; nothing was written."
            )
    return rows


def _normalise(image, normalisation):
    if normalisation.channel_order == "bgr":
        image = image[..., ::-1]
    return (image - np.array(normalisation.mean)) / normalisation.std
