"""From features to logits: decoders; exporting one here registers it."""

from tf_advseg.networks.decoders.daformer import DAFormer
from tf_advseg.networks.decoders.decoder import Decoder
from tf_advseg.networks.decoders.deeplab_v2 import DeepLabV2
from tf_advseg.networks.decoders.deeplab_v3plus import DeepLabV3Plus
from tf_advseg.networks.decoders.fpn import FPN
from tf_advseg.networks.decoders.lraspp import LRASPP

__all__ = [
    "FPN",
    "LRASPP",
    "DAFormer",
    "Decoder",
    "DeepLabV2",
    "DeepLabV3Plus",
]
