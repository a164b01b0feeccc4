"""From features to logits: decoders; exporting one here registers it."""

from tf_advseg.networks.decoders.decoder import Decoder
from tf_advseg.networks.decoders.deeplab_v2 import DeepLabV2
from tf_advseg.networks.decoders.fpn import FPN

__all__ = ["FPN", "Decoder", "DeepLabV2"]
