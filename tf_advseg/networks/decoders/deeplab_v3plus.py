"""DeepLab-v3+: atrous separable convolutions, and one fine level.

Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic
Image Segmentation" (2018):

    a = [1x1(c5), sep3x3(c5, dilation d) for d in 6, 12, 18, mean of c5]
    x = resize(1x1(a))                            to c2, stride 4
    x = 2 x sep3x3([x, 1x1(c2)]),   1x1(c2) of 48 channels
    logits = 1x1(x)

Each convolution but the last is followed by normalisation and ReLU.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.decoders import parts
from tf_advseg.networks.decoders.decoder import Decoder

LOW_LEVEL_CHANNELS = 48  # Section 4.1: the best of table 1.


@dataclasses.dataclass(frozen=True)
class DeepLabV3Plus(Decoder):
    """DeepLab-v3+: sees far by dilation, and fine by one shallow level.

    Args:
        channels: Of all convolutions but the low level's; 256 in the paper.
        dilations: Of the pyramid's 3x3 convolutions, for output stride 16.
        norm: "group" or "batch" (the paper's), see
            `decoders.parts.norm_relu`.
        dropout: Share of the last features that training leaves out.
    """

    name: ClassVar[str] = "deeplab_v3plus"
    output_stride: ClassVar[int] = 16

    channels: int = 256
    dilations: tuple[int, ...] = (6, 12, 18)
    norm: str = "group"
    dropout: float = 0.1

    def __post_init__(self):
        parts.check_options(self.channels, self.norm, self.dropout)

    def logits(self, features, num_classes):
        x = self._far(features["c5"])
        low = self._point(features["c2"], LOW_LEVEL_CHANNELS, "low")
        x = parts.resized(x, low, "resize")
        x = keras.layers.Concatenate(name="decoder_fine")([x, low])
        for index in range(2):
            x = parts.separable(x, self.channels, self.norm, f"refine_{index}")
        dropped = parts.dropout(x, self.dropout)
        return {MAIN: parts.classifier(dropped, num_classes, MAIN)}, x

    def _far(self, c5):
        """The atrous spatial pyramid, `(B, h, w, channels)`."""
        mean = self._point(parts.pooled(c5, "mean"), self.channels, "context")
        branches = [
            self._point(c5, self.channels, "point"),
            *(
                parts.separable(
                    c5, self.channels, self.norm, f"atrous_{d}", dilation=d
                )
                for d in self.dilations
            ),
            parts.resized(mean, c5, "spread"),
        ]
        x = keras.layers.Concatenate(name="decoder_far")(branches)
        return self._point(x, self.channels, "project")

    def _point(self, x, channels, name):
        x = parts.convolution(x, channels, name, use_bias=False)
        return parts.norm_relu(x, self.norm, name)
