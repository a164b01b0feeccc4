"""A light feature pyramid, for devices.

After Lin et al., "Feature Pyramid Networks for Object Detection" (2017), and
the semantic branch of Kirillov et al., "Panoptic Feature Pyramid Networks"
(2019), with one map instead of a branch a level:

    p5 = lateral(c5) + context(mean of c5)
    p  = resize(p5) + lateral(c4)       and so on down to c2, stride 4
    features = 2 x (depthwise 3x3, 1x1, norm, ReLU)(p)
    logits   = 1x1(dropout(features))

`lateral` and `context` are 1x1 convolutions to `channels` channels. It costs
about as much as dilated classifiers at stride 16, and sees four times as fine.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.decoders import parts
from tf_advseg.networks.decoders.decoder import Decoder

FROM_THE_TOP = ("c5", "c4", "c3", "c2")


@dataclasses.dataclass(frozen=True)
class FPN(Decoder):
    """A light feature pyramid: fine logits at little cost, for devices.

    Args:
        channels: Of the pyramid.
        norm: "group" or "batch", see `decoders.parts.norm_relu`.
        dropout: Share of the last features that training leaves out.
        aux: Whether `c4` gets a classifier of its own, as level `aux`.
    """

    name: ClassVar[str] = "fpn"
    output_stride: ClassVar[int] = 32

    channels: int = 64
    norm: str = "group"
    dropout: float = 0.1
    aux: bool = False

    def __post_init__(self):
        parts.check_options(self.channels, self.norm, self.dropout)

    def logits(self, features, num_classes):
        x = self._pyramid(features)
        for index in range(2):
            x = parts.separable(x, self.channels, self.norm, f"refine_{index}")
        dropped = parts.dropout(x, self.dropout)
        logits = {MAIN: parts.classifier(dropped, num_classes, MAIN)}
        if self.aux:
            seen = parts.separable(
                features["c4"], self.channels, self.norm, AUX
            )
            logits[AUX] = parts.classifier(seen, num_classes, AUX)
        return logits, x

    def _pyramid(self, features):
        """Top-down sums; `(B, h, w, channels)` of `c2`'s size."""
        context = parts.pooled(features["c5"], "mean")
        x = parts.convolution(context, self.channels, "context")
        for name in FROM_THE_TOP:
            lateral = parts.convolution(
                features[name], self.channels, f"lateral_{name}"
            )
            if name != FROM_THE_TOP[0]:
                x = parts.resized(x, lateral, f"resize_{name}")
            x = keras.layers.Add(name=f"decoder_sum_{name}")([lateral, x])
        return x
