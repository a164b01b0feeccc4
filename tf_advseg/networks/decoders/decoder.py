"""What a decoder is: the part of a segmenter that turns features to logits.

A decoder is a frozen value that says how to build itself on any backbone: it
asks for features by name (`networks.backbones.Backbone.build`).
"""

import abc
import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import FEATURES
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.layers import CornersAlignedResize


@dataclasses.dataclass(frozen=True)
class Decoder(abc.ABC):
    """A segmenter's upper part, built on demand.

    Attributes:
        name: What `--decoder` calls it.
        output_stride: What it likes the deepest features of a backbone that
            can choose to have, see `Backbone.suited_to`.
    """

    name: ClassVar[str]
    output_stride: ClassVar[int]

    def build(
        self, backbone_model: keras.Model, num_classes: int
    ) -> keras.Model:
        """Puts itself on a backbone.

        Args:
            backbone_model: From images to a dict of features (see
                `networks.backbones.Backbone.build`). Its layers become layers
                of the segmenter.
            num_classes: C.

        Returns:
            A functional model from RGB images `(B, H, W, 3)`, 0-255, to a
            dict of float32 logits `(B, H, W, C)` by level, and "features"
            `(B, h, w, F)`, which the main classifier reads. Layers called
            `main_logits` (`aux_logits`) give the logits before resizing, in
            float32 too; the names of all others begin with `decoder_`, or
            are the level's.

        Raises:
            ValueError: If `num_classes` is out of range, or the backbone
                lacks what the decoder reads.
        """
        check_range("num_classes", num_classes, 2, 255)
        images = backbone_model.input
        features = _Features(self.name, outputs_of(backbone_model))
        logits, read = self.logits(features, num_classes)
        outputs = {
            level: CornersAlignedResize(name=level)([maps, images])
            for level, maps in logits.items()
        }
        return keras.Model(images, {**outputs, FEATURES: read}, name=self.name)

    @abc.abstractmethod
    def logits(
        self, features: dict[str, keras.KerasTensor], num_classes: int
    ) -> tuple[dict[str, keras.KerasTensor], keras.KerasTensor]:
        """Returns symbolic logits `(B, h, w, C)` by level, `main` first, and
        what the main classifier reads, `(B, h, w, F)`.

        Args:
            features: Symbolic features `(B, h, w, F)` by name.
            num_classes: C.
        """


class _Features(dict):
    """Features by name; says who misses one."""

    def __init__(self, decoder, features):
        super().__init__(features)
        self._decoder = decoder

    def __missing__(self, name):
        raise ValueError(
            f"The decoder {self._decoder!r} reads the backbone's features "
            f"{name!r}; this backbone gives {', '.join(self)}."
        )
