"""Runs a network with the activation pattern of another run.

A ReLU's input within rounding of zero falls on one side in float64 and may
fall on the other in float32. Its gradient comes or goes as a whole, so two
correct programs differ there by far more than rounding, and Adam, which
divides each gradient by its own size, carries that into the weights. With
the pattern of the float64 run a float32 run has no such choice, and what is
left is rounding.
"""

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.networks.layers import LeakyReLU


class ActivationPattern:
    """Which inputs of (leaky) ReLUs were positive, call by call.

    `recorded(model)` and `replayed(model)` are models of the same weights.

    Attributes:
        flips: The replayed inputs whose own sign differs, each divided by
            the root mean square of the inputs of its call.
        count: How many inputs were replayed.
    """

    def __init__(self):
        self.flips: list[float] = []
        self.count = 0
        self._calls: list[tuple[str, np.ndarray]] = []

    def recorded(self, model: keras.Model) -> keras.Model:
        return _with_rectifiers(model, self._record)

    def replayed(self, model: keras.Model) -> keras.Model:
        return _with_rectifiers(model, self._replay)

    def _record(self, name, x):
        self._calls.append((name, x.numpy() > 0))
        return self._calls[-1][1]

    def _replay(self, name, x):
        recorded, positive = self._calls.pop(0)
        assert recorded == name
        x = x.numpy()
        self.count += x.size
        differing = x[(x > 0) != positive]
        size = np.sqrt(np.mean(np.square(x, dtype=np.float64)))
        self.flips += list(np.abs(differing) / size)
        return positive


class _Rectifier(keras.layers.Layer):
    """A ReLU that asks elsewhere which of its inputs count as positive."""

    def __init__(self, positive, slope, **kwargs):
        super().__init__(**kwargs)
        self._positive = positive
        self._slope = slope

    def call(self, x):
        if not tf.executing_eagerly():  # Keras asks for the shape.
            return x
        return tf.where(self._positive(self.name, x), x, self._slope * x)


def _with_rectifiers(model, positive):
    def replace(layer):
        if isinstance(layer, LeakyReLU):
            return _Rectifier(positive, layer.slope, name=layer.name)
        if isinstance(layer, keras.layers.Activation):
            assert layer.get_config()["activation"] == "relu"
            return _Rectifier(positive, 0.0, name=layer.name)
        return layer

    return keras.models.clone_model(model, clone_function=replace)
