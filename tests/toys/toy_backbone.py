"""A backbone so small that a whole training takes moments."""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.networks import backbones
from tf_advseg.networks.layers import BatchNorm


@dataclasses.dataclass(frozen=True)
class Tiny(backbones.Backbone):
    """Two levels on four filters; batch norm and stride as it is told."""

    name: ClassVar[str] = "tiny"
    levels: ClassVar[tuple[str, ...]] = ("main", "aux")

    batch_norm: str = "frozen"
    stride: int = 4

    def features(self, images):
        x = keras.layers.Rescaling(1 / 128, offset=-1, name="preprocessing")(
            images
        )
        x = keras.layers.Conv2D(
            4, 3, strides=self.stride, padding="same", name="stem_conv"
        )(x)
        x = BatchNorm(self.batch_norm, synchronized=True, name="stem_bn")(x)
        x = keras.layers.Activation("relu", name="stem_relu")(x)
        deep = keras.layers.Conv2D(
            4, 3, padding="same", activation="relu", name="deep"
        )(x)
        pyramid = {"c2": x, "c3": deep, "c4": deep, "c5": deep}
        return {"main": deep, "aux": x, **pyramid}

    def load_imagenet(self, model, path=None):
        raise AssertionError("There are no such weights.")


def register() -> None:
    """Makes it one that `--backbone=tiny` finds."""
    backbones.Tiny = Tiny
    if "Tiny" not in backbones.__all__:
        backbones.__all__ = [*backbones.__all__, "Tiny"]


def forget() -> None:
    """Makes it none of the package's again, if it was."""
    backbones.__all__ = [n for n in backbones.__all__ if n != "Tiny"]
