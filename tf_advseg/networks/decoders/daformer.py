"""DAFormer's decoder: all levels at once, seen near and far.

Hoyer et al., "DAFormer: Improving Network Architectures and Training
Strategies for Domain-Adaptive Semantic Segmentation" (CVPR 2022; arXiv
2111.14887), "context-aware feature fusion":

    e_i = resize(1x1(c_i)) to c2, stride 4        for i = 2, 3, 4, 5
    a   = [1x1(e), sep3x3(e, dilation d) for d in 6, 12, 18],   e = [e_2..e_5]
    logits = 1x1(3x3(a))

Each convolution but the embedding 1x1(c_i) and the last is followed by
normalisation and ReLU.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.decoders import parts
from tf_advseg.networks.decoders.decoder import Decoder

LEVELS = ("c2", "c3", "c4", "c5")


@dataclasses.dataclass(frozen=True)
class DAFormer(Decoder):
    """DAFormer's: context of every level, at the finest one's size; heavy.

    Args:
        channels: Of all convolutions; 256 in the paper.
        dilations: Of the fusion's 3x3 convolutions beside its 1x1.
        norm: "group" or "batch" (the paper's), see
            `decoders.parts.norm_relu`.
        dropout: Share of the last features that training leaves out.
    """

    name: ClassVar[str] = "daformer"
    output_stride: ClassVar[int] = 32

    channels: int = 256
    dilations: tuple[int, ...] = (6, 12, 18)
    norm: str = "group"
    dropout: float = 0.1

    def __post_init__(self):
        parts.check_options(self.channels, self.norm, self.dropout)

    def logits(self, features, num_classes):
        x = self._fused(self._embedded(features))
        dropped = parts.dropout(x, self.dropout)
        return {MAIN: parts.classifier(dropped, num_classes, MAIN)}, x

    def _embedded(self, features):
        """All levels, `(B, h, w, 4 * channels)` of `c2`'s size."""
        fine, *others = (
            parts.convolution(features[name], self.channels, f"embed_{name}")
            for name in LEVELS
        )
        others = [
            parts.resized(x, fine, f"resize_{name}")
            for name, x in zip(LEVELS[1:], others, strict=True)
        ]
        return keras.layers.Concatenate(name="decoder_levels")([fine, *others])

    def _fused(self, x):
        """Near and far together, `(B, h, w, channels)`."""
        point = parts.convolution(x, self.channels, "point", use_bias=False)
        branches = [
            parts.norm_relu(point, self.norm, "point"),
            *(
                parts.separable(
                    x, self.channels, self.norm, f"atrous_{d}", dilation=d
                )
                for d in self.dilations
            ),
        ]
        x = keras.layers.Concatenate(name="decoder_context")(branches)
        x = keras.layers.Conv2D(
            self.channels,
            3,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
            name="decoder_bottleneck",
        )(x)
        return parts.norm_relu(x, self.norm, "bottleneck")
