"""What PyTorch checkpoints call the layers of this package's networks.

    backbones       what their classes say: layer1.0.conv1, features.0, ...
    classifiers     layer6.conv2d_list.0 (main), layer5.conv2d_list.0 (aux)
    discriminators  conv1 ... conv4, classifier, or 0, 2, 4, 6, 8

A `Naming` (found by `recognise`) says which applies.
"""

import dataclasses
import re
from collections.abc import Mapping

import keras

from tf_advseg.networks import backbones
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import layer_slots

DISCRIMINATOR_LAYERS = ("conv1", "conv2", "conv3", "conv4", "classifier")
_HEAD = re.compile(r"(main|aux)_aspp_(\d+)")


def families() -> dict[str, list[type[Backbone]]]:
    """Returns the registered backbones by the network of their checkpoints."""
    found = {}
    for name in backbones.__all__:
        backbone = getattr(backbones, name)
        if backbone.network:
            found.setdefault(backbone.network, []).append(backbone)
    return found


@dataclasses.dataclass(frozen=True)
class Naming:
    """How one checkpoint names what it holds.

    Attributes:
        kind: "segmenter", "backbone" (an ImageNet classifier, of which the
            classifier is left out) or "discriminator".
        network: The backbone's `network`, or "discriminator".
        heads: The checkpoint's name of the classifier of each level.
        num_classes: Of a segmenter's classifiers; input channels of a
            discriminator; 0 for a backbone.
        blocks: Blocks a stage, where depths differ.
        is_numbered: Whether a discriminator's layers are 0, 2, 4, 6, 8.
        is_torchvision: Whether torchvision's program wrote it and that
            makes a difference to the names.
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
        if name in DISCRIMINATOR_LAYERS and self.network == "discriminator":
            index = DISCRIMINATOR_LAYERS.index(name)
            return str(2 * index) if self.is_numbered else name
        if self.network in families():
            return families()[self.network][0].checkpoint_name(name, self)
        return None

    def slots(self, model: keras.Model) -> list[Slot]:
        """Returns the variables of `model` with the checkpoint's names.

        Layers that the checkpoint does not have are left out.
        """
        slots = []
        for layer in model.layers:
            name = layer.variables and self.layer_name(layer.name)
            if name:
                slots += layer_slots(name, layer)
        return slots


def backbone_of(model: keras.Model) -> type[Backbone] | None:
    """Returns the registered backbone whose layers `model` has."""
    found = (backbone for backbone, *_ in families().values())
    return next((one for one in found if one.is_model(model)), None)
