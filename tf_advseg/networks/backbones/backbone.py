"""What a backbone is: the part of a segmenter that turns pixels to features.

A backbone is a frozen value that says how to build itself. The segmenter
(`networks.decoders.deeplab`) puts classifiers on the features it names.
"""

import abc
import dataclasses
from pathlib import Path
from typing import ClassVar

import keras


@dataclasses.dataclass(frozen=True)
class Backbone(abc.ABC):
    """A feature extractor, built on demand as a functional Keras model.

    Attributes:
        name: What `--backbone` calls it.
        levels: The names of its feature maps, deepest (`main`) first; a
            two-level network has `("main", "aux")`.
    """

    name: ClassVar[str]
    levels: ClassVar[tuple[str, ...]] = ("main",)

    @abc.abstractmethod
    def build(
        self, input_shape: tuple[int | None, int | None, int] = (None, None, 3)
    ) -> keras.Model:
        """Returns a functional model from images to features.

        Input: float RGB images `(B, H, W, 3)`, 0-255; the model normalises
        for itself. Output: a dict by level of features `(B, h, w, F)`.
        Weights are random; `load_imagenet` fills them.
        """

    @abc.abstractmethod
    def load_imagenet(
        self, model: keras.Model, path: str | Path | None = None
    ) -> str:
        """Fills `model` (made by `build`) with ImageNet weights, in place.

        Args:
            model: What to fill.
            path: A `.pth` file to take them from; None takes those that are
                installed, or asks the network.

        Returns:
            A short text that says where the weights came from.

        Raises:
            WeightsError: If they cannot be had; says what to install or
                which file to give instead.
        """
