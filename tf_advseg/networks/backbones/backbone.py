"""What a backbone is: the part of a segmenter that turns pixels to features.

A backbone is a frozen value that says how to build itself. A decoder
(`networks.decoders`) makes logits of the features that it names.

Its class also says all that weights from elsewhere need: where those of
ImageNet come from, how a PyTorch checkpoint of the network is known and what
it calls the layers. `networks.weights` and `conversion` ask the registered
classes. A backbone that always starts at random leaves that out.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import ClassVar
from typing import Protocol
from typing import Self

import keras
import numpy as np

from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PYRAMID
from tf_advseg.networks.keras_types import input_of
from tf_advseg.networks.weights.torch.errors import WeightsError

if TYPE_CHECKING:
    from tf_advseg.networks.weights.numpy_network import Layers
    from tf_advseg.networks.weights.pytorch_names import Naming


class ImageNetSource(Protocol):
    """Where ImageNet weights come from, see `networks.weights`."""

    def load(self, model: keras.Model) -> str:
        """Fills `model`; returns where from, as a short text."""
        ...


@dataclasses.dataclass(frozen=True)
class Backbone(abc.ABC):
    """A feature extractor, built on demand as a functional Keras model.

    Attributes:
        name: What `--backbone` calls it.
        levels: The names of the feature maps that the papers put
            classifiers on, deepest (`main`) first; a two-level network has
            `("main", "aux")`.
        imagenet: Where its ImageNet weights come from.
        network: What its checkpoints hold; backbones that differ in depth
            alone share it.
        mark: A tensor by whose name such a checkpoint is known.
        classifier: How the names of ImageNet's classifier begin there, which
            a backbone leaves out.
        heads: What a segmenter's classifier of each level is called there.
        probe_size: (H, W) of the noise image on which a converted network is
            compared with `numpy_features`; None if it is not. At 1/8, wide
            enough for every branch of a classifier, dilation 24 too, to see
            more than padding.
    """

    name: ClassVar[str]
    levels: ClassVar[tuple[str, ...]] = ("main",)
    imagenet: ClassVar[ImageNetSource | None] = None
    network: ClassVar[str] = ""
    mark: ClassVar[str] = ""
    classifier: ClassVar[tuple[str, ...]] = ()
    heads: ClassVar[Mapping[str, str]] = {AUX: "layer5", MAIN: "layer6"}
    probe_size: ClassVar[tuple[int, int] | None] = None

    def build(
        self, input_shape: tuple[int | None, int | None, int] = (None, None, 3)
    ) -> keras.Model:
        """Returns a functional model from images to features.

        Input: float RGB images `(B, H, W, 3)`, 0-255; the model normalises
        for itself. Output: a dict of features `(B, h, w, F)`, by level and,
        as the pyramid `c2`, `c3`, `c4`, `c5`, by nominal stride: 4, 8, 16,
        32 (the names of Lin et al., "Feature Pyramid Networks", 2017). Where
        dilation has taken a stride away, a map of the pyramid is as fine as
        the network has it; several may then have one size.
        Weights are random; `load_imagenet` fills them.
        """
        images = input_of(input_shape, "images")
        features = self.features(images)
        outputs = {name: features[name] for name in (*self.levels, *PYRAMID)}
        return keras.Model(images, outputs, name=self.name)

    def suited_to(self, output_stride: int) -> Self:
        """Returns it as a decoder likes it.

        Args:
            output_stride: What the decoder likes `c5` to have. It counts for
                a backbone that can choose and was not told which.
        """
        return self

    @abc.abstractmethod
    def features(self, images: keras.KerasTensor) -> dict[str, Any]:
        """Returns symbolic features `(B, h, w, F)`; see `build`.

        Args:
            images: Symbolic RGB images `(B, H, W, 3)`, 0-255; see
                `networks.layers.preprocess`.
        """

    def load_imagenet(
        self, model: keras.Model, path: str | Path | None = None
    ) -> str:
        """Fills `model` (made by `build`) with ImageNet weights, in place.

        Args:
            model: What to fill.
            path: A `.pth` or `.safetensors` file to take them from; None
                takes those that are installed, or asks the network.

        Returns:
            A short text that says where the weights came from.

        Raises:
            WeightsError: If they cannot be had; says what to install or
                which file to give instead. The model is unchanged then.
        """
        # Here, because reading a checkpoint takes all registered backbones.
        from tf_advseg.networks.weights import pytorch_backbones

        if path is not None:
            return pytorch_backbones.load_backbone(model, path)
        if self.imagenet is None:
            raise WeightsError(
                f"No ImageNet weights of {self.name} are known; give a .pth "
                "file of the network (--weights=FILE), or --weights=none."
            )
        return self.imagenet.load(model)

    @property
    def weights_licence(self) -> str:
        """What is stated of the licence of the weights that `load_imagenet`
        finds without a path; empty: nothing is."""
        return getattr(self.imagenet, "licence", "")

    @classmethod
    def checkpoint_name(cls, layer: str, naming: Naming) -> str | None:
        """Returns what a checkpoint calls a layer, None if it has none.

        Args:
            layer: The name that `build` gives it.
            naming: What else is known of the checkpoint.
        """
        return None

    @classmethod
    def is_checkpoint(cls, arrays: Mapping[str, np.ndarray]) -> bool:
        """Whether a checkpoint is of this network."""
        return cls.mark in arrays

    @classmethod
    def is_model(cls, model: keras.Model) -> bool:
        """Whether a model has this network's layers."""
        from tf_advseg.networks.weights.pytorch_names import Naming

        naming = Naming(kind="backbone", network=cls.network)
        names = [cls.checkpoint_name(one.name, naming) for one in model.layers]
        return cls.mark.removesuffix(".weight") in names

    @classmethod
    def checkpoint_facts(
        cls, arrays: Mapping[str, np.ndarray], origin: str
    ) -> dict[str, Any]:
        """Returns what a `Naming` says of a checkpoint of this network.

        Args:
            arrays: The checkpoint, by name.
            origin: Its name, for messages.
        """
        return {}

    @classmethod
    def checkpoint_options(cls, naming: Naming) -> dict[str, Any]:
        """Returns the options of the backbone that a checkpoint is of."""
        return {}

    @classmethod
    def numpy_features(
        cls, layers: Layers, naming: Naming, image: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Returns the features `(h, w, F)` by level, computed in NumPy.

        Written from the publication once more, it shares nothing with
        `build`, so that where both agree a conversion is right.

        Args:
            layers: Compute, on the checkpoint's arrays, under its names.
            naming: What the checkpoint holds.
            image: `(H, W, 3)`, normalised.
        """
        raise NotImplementedError(f"{cls.name} is not written in NumPy.")
