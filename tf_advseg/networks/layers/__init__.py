"""Small layers that Keras lacks."""

from tf_advseg.networks.layers.batch_norm import BatchNorm
from tf_advseg.networks.layers.ceil_mode_pooling import CeilModeMaxPooling2D
from tf_advseg.networks.layers.dilated_conv import DilatedConv2D
from tf_advseg.networks.layers.group_norm import GroupNorm
from tf_advseg.networks.layers.leaky_relu import LeakyReLU
from tf_advseg.networks.layers.preprocessing import ImagePreprocessing
from tf_advseg.networks.layers.preprocessing import preprocess
from tf_advseg.networks.layers.scales.corners_aligned_resize import (
    CornersAlignedResize,
)
from tf_advseg.networks.layers.scales.detail_windows import DetailWindows
from tf_advseg.networks.layers.scales.detail_windows import SmallImages
from tf_advseg.networks.layers.scales.detail_windows import WholeUnits
from tf_advseg.networks.layers.scales.scale_fusion import ScaleFusion
from tf_advseg.networks.layers.spectral_conv import SpectralConv2D
from tf_advseg.networks.layers.transformer import DropPath
from tf_advseg.networks.layers.transformer import FinerMap
from tf_advseg.networks.layers.transformer import MapAttention
from tf_advseg.networks.layers.transformer import RotaryPosition
from tf_advseg.networks.layers.transformer import TanhGELU
from tf_advseg.networks.layers.transformer import TokenColumn
from tf_advseg.networks.layers.transformer import TokenMap

__all__ = [
    "BatchNorm",
    "CeilModeMaxPooling2D",
    "CornersAlignedResize",
    "DetailWindows",
    "DilatedConv2D",
    "DropPath",
    "FinerMap",
    "GroupNorm",
    "ImagePreprocessing",
    "LeakyReLU",
    "MapAttention",
    "RotaryPosition",
    "ScaleFusion",
    "SmallImages",
    "SpectralConv2D",
    "TanhGELU",
    "TokenColumn",
    "TokenMap",
    "WholeUnits",
    "preprocess",
]
