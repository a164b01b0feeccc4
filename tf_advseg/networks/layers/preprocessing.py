"""What a pretrained backbone expects of its images.

Everywhere in this package images are RGB, 0 to 255; each backbone begins
with one of these layers and so normalises for itself.
"""

import dataclasses

import keras
import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import PREPROCESSING


@dataclasses.dataclass(frozen=True)
class Normalisation:
    """y = (x - mean) / std for each channel, of RGB or BGR images."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    channel_order: str = "rgb"


NORMALISATIONS = {
    # Means of the official programs, blue first.
    "caffe": Normalisation(
        mean=(104.00698793, 116.66876762, 122.67891434), channel_order="bgr"
    ),
    # 255 times the means and deviations that torchvision documents.
    "torch": Normalisation(
        mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375)
    ),
    # EfficientNet-Lite.
    "lite": Normalisation(
        mean=(127.0, 127.0, 127.0), std=(128.0, 128.0, 128.0)
    ),
}


@keras.saving.register_keras_serializable(package="tf_advseg")
class ImagePreprocessing(keras.layers.Layer):
    """Orders and normalises the channels of RGB 0-255 images `(B, H, W, 3)`.

    The arithmetic is float32 also in mixed precision (float64 in a float64
    model).

    Args:
        mean: Subtracted, by channel of the output.
        std: Divided by, by channel of the output.
        channel_order: "rgb" or "bgr", of the output.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(
        self, mean, std=(1.0, 1.0, 1.0), channel_order="rgb", **kwargs
    ):
        super().__init__(autocast=False, **kwargs)
        self.mean = tuple(mean)
        self.std = tuple(std)
        self.channel_order = check_choice(
            "channel order", channel_order, ("rgb", "bgr")
        )

    def call(self, images):
        images = tf.cast(images, self.variable_dtype)
        if self.channel_order == "bgr":
            # Not tf.reverse: in 8 bits TensorFlow's converter gives its output
            # another scale than its input, and the image is another one.
            images = tf.gather(images, (2, 1, 0), axis=-1)
        images = images - tf.constant(self.mean, images.dtype)
        if self.std == (1.0, 1.0, 1.0):
            return images
        return images / tf.constant(self.std, images.dtype)

    def compute_output_spec(self, images):
        return keras.KerasTensor(images.shape, dtype=self.variable_dtype)

    def get_config(self):
        return {
            **super().get_config(),
            "mean": self.mean,
            "std": self.std,
            "channel_order": self.channel_order,
        }


def preprocess(images: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Returns images normalised the way `name` says.

    Args:
        images: Symbolic RGB images `(B, H, W, 3)`, 0-255.
        name: "caffe", "torch", "lite", or "none" for images that whoever
            calls the model has normalised (`images` come back unchanged).
    """
    check_choice("preprocessing", name, [*NORMALISATIONS, "none"])
    if name == "none":
        return images
    layer = ImagePreprocessing(
        **dataclasses.asdict(NORMALISATIONS[name]), name=PREPROCESSING
    )
    return layer(images)
