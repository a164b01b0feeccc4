"""A dilated convolution in one piece has the numbers of Keras' own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.layers import DilatedConv2D
from tf_advseg.networks.layers import dilated_conv

SIZES = [(10, 16), (18, 19), (19, 18), (25, 33), (1, 1), (6, 40)]


def both(dilation, **options):
    """Keras' layer and ours, with the same weights."""
    layers = []
    for kind in (keras.layers.Conv2D, DilatedConv2D):
        layer = kind(
            5, 3, **{"padding": "same", "dilation_rate": dilation} | options
        )
        layer.build((None, None, None, 4))
        layers.append(layer)
    theirs, ours = layers
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=w.shape) for w in theirs.get_weights()]
    for layer in layers:
        layer.set_weights(weights)
    return theirs, ours


def results(layer, maps, signature=None):
    """Outputs, and gradients by maps, kernel and bias."""

    @tf.function(input_signature=signature)
    def work(maps):
        with tf.GradientTape() as tape:
            tape.watch(maps)
            outputs = layer(maps)
            loss = tf.reduce_sum(tf.square(outputs))
        weights = [v.value for v in layer.trainable_variables]
        return outputs, *tape.gradient(loss, [maps, *weights])

    return [np.array(value) for value in work(maps)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dilation", [2, 6, 18, (3, 24)])
@pytest.mark.parametrize("is_size_known", [True, False])
def test_outputs_and_gradients_are_keras_own(size, dilation, is_size_known):
    maps = np.random.default_rng(1).normal(size=(2, *size, 4))
    maps = tf.constant(maps, tf.float32)
    shape = maps.shape if is_size_known else (None, None, None, 4)
    signature = [tf.TensorSpec(shape, tf.float32)]
    theirs, ours = both(dilation)
    for one, other in zip(
        results(theirs, maps, signature),
        results(ours, maps, signature),
        strict=True,
    ):
        scale = max(1.0, np.abs(one).max())
        np.testing.assert_allclose(other / scale, one / scale, atol=3e-6)


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((6, 6), (1, 1)),
        ((7, 6), (3, 1)),
        ((6, 7), (1, 3)),
        ((7, 7), (3, 3)),
        ((None, 6), (3, 1)),
    ],
)
def test_taps_that_meet_only_padding_are_left_out(size, kept):
    kernel = tf.ones((3, 3, 2, 2))
    found = dilated_conv.reached(kernel, size, (6, 6))
    assert tuple(found.shape) == (*kept, 2, 2)


def test_it_is_one_operation():
    _, ours = both(6)
    graph = tf.function(ours).get_concrete_function(
        tf.TensorSpec((1, 20, 20, 4))
    )
    kinds = [operation.type for operation in graph.graph.get_operations()]
    assert "Conv2D" in kinds and "SpaceToBatchND" not in kinds


@pytest.mark.parametrize(
    "options", [{"padding": "valid"}, {"dilation_rate": 1, "strides": 2}]
)
def test_what_it_is_not_made_for_is_keras_own(options):
    theirs, ours = both(2, **options)
    maps = tf.ones((1, 9, 9, 4))
    np.testing.assert_array_equal(theirs(maps), ours(maps))


def test_without_such_a_kernel_it_is_keras_own(monkeypatch):
    def missing(*_, **__):
        raise tf.errors.InvalidArgumentError(None, None, "no such kernel")

    theirs, ours = both(6)
    maps = tf.ones((1, 9, 9, 4))
    dilated_conv.is_had.cache_clear()
    monkeypatch.setattr(tf.nn, "conv2d", missing)
    try:
        assert not dilated_conv.is_had("float32")
        np.testing.assert_array_equal(theirs(maps), ours(maps))
    finally:
        monkeypatch.undo()
        dilated_conv.is_had.cache_clear()
    assert dilated_conv.is_had("float32")


@pytest.mark.parametrize("dtype", ["float64", "mixed_bfloat16"])
def test_it_has_gradients_in_every_precision(dtype):
    theirs, ours = both(6, dtype=dtype)
    maps = tf.cast(tf.ones((1, 9, 9, 4)), ours.compute_dtype)
    for one, other in zip(
        results(theirs, maps), results(ours, maps), strict=True
    ):
        scale = np.abs(one.astype(float)).max()
        one, other = one.astype(float), other.astype(float)
        np.testing.assert_allclose(other / scale, one / scale, atol=2e-2)


def test_it_is_saved_and_loaded(tmp_path):
    inputs = keras.Input((None, None, 4))
    model = keras.Model(inputs, DilatedConv2D(5, 3, dilation_rate=6)(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded.layers[1], DilatedConv2D)
    maps = tf.random.normal((1, 20, 20, 4), seed=0)
    np.testing.assert_array_equal(model(maps), loaded(maps))
