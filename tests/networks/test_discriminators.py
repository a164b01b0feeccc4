"""Tests of the discriminators' structure."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.discriminators import for_maps
from tf_advseg.networks.discriminators import fully_convolutional_discriminator
from tf_advseg.networks.discriminators import pixel_discriminator
from tf_advseg.networks.layers import SpectralConv2D


@pytest.mark.parametrize(
    ("channels", "parameters"),
    # Counted in the official programs.
    [(19, 2_781_121), (16, 2_778_049), (13, 2_774_977), (2048, 4_858_817)],
)
def test_parameters_are_those_of_the_official_network(channels, parameters):
    model = fully_convolutional_discriminator(channels)
    assert model.count_params() == parameters


@pytest.mark.parametrize(
    ("image", "logits"),
    # Measured in the official programs: five times n // 2.
    [
        ((321, 321), (10, 10)),
        ((512, 1024), (16, 32)),
        ((720, 1280), (22, 40)),
        ((760, 1280), (23, 40)),
    ],
)
def test_output_sizes_are_those_of_the_official_network(image, logits):
    model = fully_convolutional_discriminator(19)
    output = model(keras.Input((*image, 19)))
    assert output.shape == (None, *logits, 1)


def test_each_convolution_starts_uniform_like_pytorchs():
    model = fully_convolutional_discriminator(19)
    for name, fan_in in (("conv1", 16 * 19), ("conv3", 16 * 128)):
        layer = model.get_layer(name)
        bound = 1 / np.sqrt(fan_in)
        assert 0.99 * bound < np.abs(layer.kernel).max() <= bound
        assert 0.8 * bound < np.abs(layer.bias).max() <= bound


def test_negative_responses_leak_by_a_fifth():
    model = fully_convolutional_discriminator(1, strides=(2, 2), width=1)
    for layer in (model.get_layer("conv1"), model.get_layer("classifier")):
        layer.kernel.assign(tf.zeros_like(layer.kernel))
        layer.bias.assign(tf.zeros_like(layer.bias))
    model.get_layer("conv1").bias.assign([-5.0])
    # The classifier sums its 4x4 window; 2x2 of it lie on a padded 2x2 map.
    model.get_layer("classifier").kernel.assign(tf.ones((4, 4, 1, 1)))
    logits = model(tf.zeros((1, 4, 4, 1)))
    np.testing.assert_allclose(logits, [[[[4 * 0.2 * -5.0]]]])


def test_strides_of_one_keep_the_size():
    model = fully_convolutional_discriminator(3, strides=(1, 2, 1), width=4)
    assert model(tf.zeros((1, 6, 10, 3))).shape == (1, 3, 5, 1)


def test_pixel_discriminator_judges_each_cell_by_itself():
    model = pixel_discriminator(3, width=4)
    features = np.random.default_rng(0).normal(size=(1, 4, 5, 3))
    before = model(features).numpy()
    features[0, 1, 2] += 1
    changed = model(features).numpy() != before
    assert changed[0, 1, 2, 0]
    assert changed.sum() == 1


@pytest.mark.parametrize(
    ("kind", "shape"),
    # A map of the image's size, or features at 1/8 of it: 1/32 either way.
    [("image", (2, 4)), ("features", (16, 32)), ("cells", (64, 128))],
)
def test_each_kind_of_map_has_its_network(kind, shape):
    model = for_maps(kind, 5, name="discriminator_main")
    assert model.name == "discriminator_main"
    assert model(tf.zeros((1, 64, 128, 5))).shape == (1, *shape, 1)


def test_unknown_kinds_are_reported():
    with pytest.raises(ValueError, match="Did you mean 'features'"):
        for_maps("feature", 5, name="d")


def test_mixed_precision_gives_float32_logits():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = fully_convolutional_discriminator(3, width=4)
    finally:
        keras.config.set_dtype_policy("float32")
    assert model.get_layer("conv1").compute_dtype == "float16"
    assert model(tf.zeros((1, 32, 32, 3))).dtype == tf.float32


def test_a_saved_discriminator_judges_the_same(tmp_path):
    model = fully_convolutional_discriminator(3, width=4)
    model.save(tmp_path / "discriminator.keras")
    restored = keras.models.load_model(tmp_path / "discriminator.keras")
    maps = np.random.default_rng(0).uniform(size=(1, 32, 64, 3))
    np.testing.assert_array_equal(restored(maps), model(maps))


@pytest.mark.parametrize(
    ("size", "judged"),
    # Four times ceil(n / 2): no map is too small for it.
    [((1, 1), (1, 1)), ((9, 13), (1, 1)), ((36, 52), (3, 4))],
)
def test_discriminator_of_coarse_logits_leaves_something_of_each_map(
    size, judged
):
    model = for_maps("logits", 5, width=4, name="d")
    assert model(tf.zeros((1, *size, 5))).shape == (1, *judged, 1)


def test_number_of_layers_can_be_chosen():
    model = for_maps("logits", 5, width=4, num_layers=2, name="d")
    assert model(tf.zeros((1, 16, 32, 5))).shape == (1, 4, 8, 1)


@pytest.mark.parametrize("kind", ["image", "logits", "features", "cells"])
def test_spectral_discriminators_have_no_steep_layer(kind):
    model = for_maps(kind, 3, width=4, spectral=True, name="d")
    maps = tf.zeros((1, 32, 32, 3))
    for _ in range(100):
        model(maps, training=True)
    layers = [x for x in model.layers if hasattr(x, "kernel")]
    assert all(isinstance(layer, SpectralConv2D) for layer in layers)
    for layer in layers:
        matrix = np.reshape(layer.kernel, (-1, layer.filters))
        norm = np.linalg.svd(matrix)[1][0]
        found = tf.linalg.matvec(matrix, layer.u, transpose_a=False)
        assert float(tf.norm(found)) == pytest.approx(norm, rel=0.02)
