"""Folding: the same numbers, without products of whole maps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers.batch_norm import folded
from tf_advseg.networks.layers.folding import scaled_convolution

IMAGES = tf.constant(
    np.random.default_rng(0).normal(size=(2, 9, 8, 3)), tf.float32
)


def network(mode="affine"):
    """A convolution and a depthwise one of two maps a channel, with norms."""
    x = images = keras.Input((9, 8, 3))
    x = keras.layers.Conv2D(4, 3, strides=2, use_bias=False)(x)
    x = keras.layers.Activation("relu6")(BatchNorm(mode)(x))
    x = keras.layers.DepthwiseConv2D(
        3, depth_multiplier=2, padding="same", use_bias=False
    )(x)
    x = keras.layers.Activation("relu6")(BatchNorm(mode)(x))
    model = keras.Model(images, x)
    rng = np.random.default_rng(1)
    weights = [rng.uniform(0.2, 0.9, w.shape) for w in model.get_weights()]
    model.set_weights(weights)
    return model


def step(model, folds=True):
    """A traced function of images: outputs and the weights' gradients."""

    def gradients(images):
        with tf.GradientTape() as tape:
            outputs = model(images, training=True)
            loss = tf.reduce_sum(outputs**2)
        return outputs, tape.gradient(loss, model.trainable_variables)

    @tf.function(autograph=False)
    def traced(images):
        if not folds:
            return gradients(images)
        with folded():
            return gradients(images)

    return traced


def products_of_maps(traced):
    graph = traced.get_concrete_function(IMAGES).graph
    return [
        op.name
        for op in graph.get_operations()
        if op.type == "Mul" and op.outputs[0].shape[:1] == IMAGES.shape[:1]
    ]


def test_outputs_and_gradients_are_those_of_the_product():
    model = network()
    found = tf.nest.flatten(step(model)(IMAGES))
    wanted = tf.nest.flatten(step(model, folds=False)(IMAGES))
    assert len(found) == 1 + 6
    for ours, plain in zip(found, wanted, strict=True):
        scale = np.abs(plain).max()
        assert scale > 0
        np.testing.assert_allclose(ours, plain, atol=1e-5 * scale)


def test_no_map_is_multiplied_by_a_norm():
    model = network()
    # What is left is of the square that the loss takes.
    assert len(products_of_maps(step(model))) < 4
    assert len(products_of_maps(step(model, folds=False))) >= 4


def test_nan_goes_through_the_relu_behind_it():
    model = network()
    kernel = model.trainable_variables[0]
    kernel.assign(kernel * np.nan)
    outputs, _ = step(model)(IMAGES)
    assert np.isnan(outputs).all()


def test_a_norm_that_moves_is_as_ever():
    one, other = network("trainable"), network("trainable")
    found = tf.nest.flatten(step(one)(IMAGES))
    wanted = tf.nest.flatten(step(other, folds=False)(IMAGES))
    for ours, plain in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(ours, plain)


@pytest.mark.parametrize("dilation", [1, 2])
def test_other_operations_and_eager_maps_are_left_alone(dilation):
    scale = tf.ones((3,))
    assert scaled_convolution(IMAGES, scale) is None
    kernel = tf.ones((2, 2, 3, 3))

    @tf.function(autograph=False)
    def is_left(images):
        maps = tf.nn.conv2d(images, kernel, 1, "SAME", dilations=dilation)
        other = scaled_convolution(maps + 1.0, scale)
        half = scaled_convolution(maps, tf.cast(scale, tf.bfloat16))
        twice = scaled_convolution(maps, 2 * scale)
        return maps, twice, [other is None, half is None]

    maps, twice, left = is_left(IMAGES)
    assert all(left)
    np.testing.assert_allclose(twice, 2 * maps, rtol=1e-6)
