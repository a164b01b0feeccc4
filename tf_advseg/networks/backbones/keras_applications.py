"""Any network of `keras.applications` that gives a pyramid.

Keras builds the network; its layers are made again on images of any size, up
to the last map of stride 32 (`grafting.graph`), with this package's batch
norm and normalisation. `c5` is `main`, `c4` is `aux`; there is no dilation, so
strides are 4, 8, 16 and 32 with every decoder.
"""

import dataclasses
import inspect
import sys
from pathlib import Path
from typing import Any
from typing import ClassVar

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import in_one_line
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PREPROCESSING
from tf_advseg.base.conventions import PYRAMID
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.backbones.grafting import graph
from tf_advseg.networks.backbones.grafting import normalisation
from tf_advseg.networks.backbones.grafting.filling import fill
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import ImagePreprocessing
from tf_advseg.networks.layers.batch_norm import MODES
from tf_advseg.networks.layers.preprocessing import Normalisation
from tf_advseg.networks.weights.keras_applications import downloading
from tf_advseg.networks.weights.torch.errors import WeightsError


@dataclasses.dataclass(frozen=True)
class KerasApplication(Backbone):
    """Any network of keras.applications, by `model="EfficientNetV2B0"` say.

    Its weights are those of ImageNet, which Keras downloads, or those of a
    file that Keras wrote (`--weights=FILE.h5` or `.keras`), without the
    classifier.

    Args:
        model: The function's name in `keras.applications`.
        batch_norm: `trainable`, `frozen`, `affine`, `reference` or
            `per_domain`, see `tf_advseg.networks.layers.BatchNorm`; a network
            without batch norm is the same with each.
        synchronized: Whether replicas share the statistics of a batch.
    """

    name: ClassVar[str] = "keras_applications"
    levels: ClassVar[tuple[str, ...]] = (MAIN, AUX)

    model: str = "EfficientNetV2B0"
    batch_norm: str = "trainable"
    synchronized: bool = False

    def __post_init__(self):
        check_choice("keras.applications network", self.model, _networks())
        check_choice("batch_norm", self.batch_norm, MODES)

    def features(self, images):
        trunk = self._trunk()
        found = graph.graft(
            trunk,
            graph.pyramid_of(trunk),
            images,
            before=ImagePreprocessing(
                **dataclasses.asdict(self._normalisation(trunk)),
                name=PREPROCESSING,
            ),
            norm=self._norm,
        )
        features = dict(zip(PYRAMID, found, strict=True))
        return {MAIN: features["c5"], AUX: features["c4"], **features}

    def load_imagenet(self, model, path=None):
        """From Keras, or from a `.keras` or `.h5` file that it wrote."""
        if path is None:
            with downloading(self.model, "a file that Keras wrote"):
                source = self._trunk("imagenet")
            origin = f"ImageNet, keras.applications {self.model}"
        else:
            source = self._trunk_in(Path(path))
            origin = Path(path).name
        fill(model, graph.weighted_layers(source), origin)
        # The weights' own: layers that normalise have weights in some files.
        layer = model.get_layer(PREPROCESSING)
        told = self._normalisation(source)
        layer.mean, layer.std = told.mean, told.std
        return origin

    @property
    def weights_licence(self):
        return f"keras.applications states none for {self.model}"

    def _trunk(self, weights=None) -> Any:
        make = getattr(keras.applications, self.model)
        shape = (graph.SIDE, graph.SIDE, 3)
        return make(include_top=False, weights=weights, input_shape=shape)

    def _trunk_in(self, path: Path) -> Any:
        """The network with a file's weights."""
        if path.suffix not in (".keras", ".h5"):
            raise WeightsError(
                f"The weights of {self.name} come from a .keras or .h5 file "
                f"that Keras wrote; received {str(path)!r}."
            )
        if not path.is_file():
            raise WeightsError(f"The weights {str(path)!r} do not exist.")
        try:
            if path.suffix == ".keras":
                return keras.saving.load_model(path, compile=False)
            trunk = self._trunk()
            trunk.load_weights(path)
        except Exception as error:  # Keras and h5py raise many kinds.
            raise WeightsError(
                f"{str(path)!r} does not hold the weights of {self.model} "
                f"without its classifier: {in_one_line(error)}"
            ) from error
        return trunk

    def _normalisation(self, trunk: keras.Model) -> Normalisation:
        """What Keras' function and the trunk's first layers do together."""
        module = sys.modules[getattr(keras.applications, self.model).__module__]
        layers = graph.leading(trunk)

        def normalise(images):
            images = module.preprocess_input(images)
            for layer in layers:
                images = layer(images)
            return images

        found = normalisation.probe(normalise)
        return _as_trained(found, module, layers)

    def _norm(self, epsilon: float, name: str) -> BatchNorm:
        return BatchNorm(
            self.batch_norm,
            epsilon=epsilon,
            synchronized=self.synchronized,
            name=name,
        )


def _as_trained(found: Normalisation, module: Any, layers: list) -> Any:
    """EfficientNet-B's normalisation with ImageNet's weights in a file.

    Their variances hold the deviations. Keras mends it by one layer more,
    but only in networks that it downloaded the weights of itself.
    """
    kinds = [type(layer) for layer in layers]
    is_untold = kinds == [keras.layers.Rescaling, keras.layers.Normalization]
    deviations = getattr(module, "IMAGENET_STDDEV_RGB", None)
    if not (is_untold and deviations and any(found.mean)):
        return found
    std = tuple(
        std * deviation**0.5
        for std, deviation in zip(found.std, deviations, strict=True)
    )
    return dataclasses.replace(found, std=std)


def _networks() -> list[str]:
    """The names of the functions that make networks."""
    found = vars(keras.applications).items()
    return sorted(name for name, made in found if inspect.isfunction(made))
