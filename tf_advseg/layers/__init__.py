"""Small layers that Keras lacks."""

from tf_advseg.layers.batch_norm import BatchNorm
from tf_advseg.layers.ceil_mode_pooling import CeilModeMaxPooling2D
from tf_advseg.layers.corners_aligned_resize import CornersAlignedResize
from tf_advseg.layers.leaky_relu import LeakyReLU
from tf_advseg.layers.preprocessing import ImagePreprocessing
from tf_advseg.layers.preprocessing import preprocess

__all__ = [
    "BatchNorm",
    "CeilModeMaxPooling2D",
    "CornersAlignedResize",
    "ImagePreprocessing",
    "LeakyReLU",
    "preprocess",
]
