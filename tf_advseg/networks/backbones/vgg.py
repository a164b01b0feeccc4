"""The dilated VGG-16 of DeepLab-v2, as AdaptSegNet's program builds it.

VGG-16 without its last two poolings; the convolutions after the removed ones
dilate instead, and two dilated 3x3 convolutions of 1024 channels stand for
the fully connected layers fc6 and fc7. Features have 1/8 of the image's size.

Layers are called after PyTorch's keys: `features_29` (fc6) holds
`features.29`.
"""

import dataclasses
import math
from typing import ClassVar

import keras

from tf_advseg.base.conventions import MAIN
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.layers import preprocess

# Index in PyTorch's list, channels, dilation; a pooling follows where True.
CONVOLUTIONS = (
    (0, 64, 1, False),
    (2, 64, 1, True),
    (5, 128, 1, False),
    (7, 128, 1, True),
    (10, 256, 1, False),
    (12, 256, 1, False),
    (14, 256, 1, True),
    (17, 512, 1, False),
    (19, 512, 1, False),
    (21, 512, 1, False),
    (23, 512, 2, False),
    (25, 512, 2, False),
    (27, 512, 2, False),
    (29, 1024, 4, False),
    (31, 1024, 4, False),
)
FIRST_FULLY_CONNECTED = 29


@dataclasses.dataclass(frozen=True)
class VGG16(Backbone):
    """The dilated VGG-16; one level, no batch norm.

    Args:
        preprocessing: "caffe" (BGR, means subtracted), "torch", or "none" if
            images arrive normalised; see `networks.layers.preprocess`.
    """

    name: ClassVar[str] = "vgg16"

    preprocessing: str = "caffe"

    def build(
        self, input_shape: tuple[int | None, int | None, int] = (None, None, 3)
    ) -> keras.Model:
        # Float64 models take float64 images, all others float32.
        dtype = keras.config.dtype_policy().variable_dtype
        images = keras.Input(input_shape, dtype=dtype, name="images")
        x = preprocess(images, self.preprocessing)
        for index, filters, dilation, pooled in CONVOLUTIONS:
            x = keras.layers.Conv2D(
                filters,
                3,
                padding="same",
                dilation_rate=dilation,
                activation="relu",
                **_initializers(index, num_inputs=x.shape[-1]),
                name=f"features_{index}",
            )(x)
            if pooled:
                # Rounds down, unlike the pooling of the ResNet.
                name = f"features_{index + 2}_pool"
                x = keras.layers.MaxPooling2D(2, name=name)(x)
        return keras.Model(images, {MAIN: x}, name=self.name)

    def load_imagenet(self, model: keras.Model, path: str | None = None) -> str:
        """Fills `model` from keras.applications.

        Args:
            model: Made by `build`.
            path: A `.pth` file with PyTorch's names instead.
        """
        from tf_advseg.networks.weights import keras_applications

        return keras_applications.load_imagenet(model, self.name, path)


def _initializers(index: int, num_inputs: int) -> dict:
    """He's for the convolutions of VGG, PyTorch's default for fc6, fc7."""
    if index < FIRST_FULLY_CONNECTED:
        kernel = keras.initializers.VarianceScaling(
            2.0, mode="fan_out", distribution="untruncated_normal"
        )
        return {"kernel_initializer": kernel}
    bound = 1 / math.sqrt(3 * 3 * num_inputs)
    uniform = keras.initializers.RandomUniform
    return {
        "kernel_initializer": uniform(-bound, bound),
        "bias_initializer": uniform(-bound, bound),
    }
