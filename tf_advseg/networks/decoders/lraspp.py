"""LR-ASPP: the lightest decoder, of MobileNetV3.

Howard et al., "Searching for MobileNetV3" (2019), 6.4, figure 10:

    x = relu(norm(1x1(c5))) * sigmoid(1x1(mean of c5))
    logits = 1x1(resize(x)) + 1x1(c3)             at stride 8

The paper's mean is over windows of 49x49 features, nearly all of its images;
here it is over the image, whatever its size.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.decoders import parts
from tf_advseg.networks.decoders.decoder import Decoder


@dataclasses.dataclass(frozen=True)
class LRASPP(Decoder):
    """LR-ASPP: the lightest, two 1x1 classifiers and a global gate.

    Args:
        channels: Of the deep features; 128 in the paper.
        norm: "batch" (the paper's) or "group", see `decoders.parts.norm_relu`.
    """

    name: ClassVar[str] = "lraspp"
    output_stride: ClassVar[int] = 16

    channels: int = 128
    norm: str = "group"

    def __post_init__(self):
        parts.check_options(self.channels, self.norm)

    def logits(self, features, num_classes):
        c5, c3 = features["c5"], features["c3"]
        x = parts.convolution(c5, self.channels, "deep", use_bias=False)
        x = parts.norm_relu(x, self.norm, "deep")
        gate = parts.pooled(c5, "mean")
        gate = parts.convolution(gate, self.channels, "gate", use_bias=False)
        gate = keras.layers.Activation("sigmoid", name="decoder_gate_open")(
            gate
        )
        x = keras.layers.Multiply(name="decoder_gated")([x, gate])
        x = parts.resized(x, c3, "resize")
        of_both = [
            parts.convolution(x, num_classes, "deep_classes"),
            parts.convolution(c3, num_classes, "fine_classes"),
        ]
        # Float32 in mixed precision too.
        full_precision = keras.config.dtype_policy().variable_dtype
        add = keras.layers.Add(dtype=full_precision, name=f"{MAIN}_logits")
        return {MAIN: add(of_both)}, x
