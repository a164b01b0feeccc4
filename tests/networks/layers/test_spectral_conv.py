"""A convolution of spectral norm 1."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.networks.layers import SpectralConv2D
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.checkpoints import save_state


def built(filters=4, kernel_size=2, channels=3, **options):
    keras.utils.set_random_seed(0)
    layer = SpectralConv2D(
        filters, kernel_size, bias_initializer="random_normal", **options
    )
    layer.build((None, None, None, channels))
    return layer


def matrix_of(layer):
    return np.reshape(layer.kernel, (-1, layer.filters)).T


def settled(layer, channels=3):
    for _ in range(200):
        layer(tf.zeros((1, 4, 4, channels)), training=True)
    return layer


def test_kernel_is_divided_by_its_largest_singular_value():
    layer = settled(built())
    plain = keras.layers.Conv2D(4, 2)
    plain.build((None, None, None, 3))
    norm = np.linalg.svd(matrix_of(layer))[1][0]
    plain.set_weights([layer.kernel.numpy() / norm, layer.bias.numpy()])
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)
    np.testing.assert_allclose(layer(x), plain(x), rtol=1e-4, atol=1e-5)


def test_one_step_of_the_power_method_by_hand():
    layer = built(filters=2, kernel_size=1, channels=2, use_bias=False)
    # W = diag(3, 4), one row a filter; u = (1, 1).
    layer.kernel.assign([[[[3.0, 0.0], [0.0, 4.0]]]])
    layer.u.assign([1.0, 1.0])
    found = layer(tf.ones((1, 1, 1, 2)), training=True)
    # v = (3, 4) / 5; u = (9, 16) / sqrt(337); u W v = sqrt(337) / 5.
    np.testing.assert_allclose(
        layer.u, np.array([9, 16]) / np.sqrt(337), rtol=1e-6
    )
    expected = 5 * np.array([3, 4]) / np.sqrt(337)
    np.testing.assert_allclose(found[0, 0, 0], expected, rtol=1e-6)


def test_gradient_goes_through_the_norm():
    """d/dW of sum(W / sigma(W)) along W itself is 0: its scale is free."""
    layer = settled(built(use_bias=False))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(tf.ones((1, 3, 3, 3))))
    gradient = tape.gradient(total, layer.kernel)
    along = tf.reduce_sum(gradient * layer.kernel)
    assert float(tf.norm(gradient)) > 0.1
    assert float(along) == pytest.approx(0, abs=1e-4)


def test_at_rest_nothing_moves():
    layer = built()
    before = layer.u.numpy().copy()
    layer(tf.ones((1, 4, 4, 3)), training=False)
    np.testing.assert_array_equal(layer.u, before)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_is_near_float32(policy):
    full, half = built(), built(dtype=policy)
    half.set_weights(full.get_weights())
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)
    outputs = half(x)
    assert outputs.dtype == policy.removeprefix("mixed_")
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), full(x), rtol=0.05, atol=0.05
    )


def trained(steps, first=0, folder=None):
    model = AdversarialSegmenter(
        toy_segmenter(),
        methods.AdvEnt(target_weights={"main": 0.5}),
        discriminator_width=4,
        discriminator_options={"spectral": True},
    )
    model.compile(
        optimizer=keras.optimizers.SGD(0.05),
        discriminator_optimizer=keras.optimizers.Adam(1e-3),
    )
    if first:
        assert restore_newest(model, folder) == first
    step = tf.function(model.train_step)
    for seed in range(first, first + steps):
        step(toy_batch(seed=seed))
    if folder:
        save_state(model, folder, first + steps)
    return [keras.ops.convert_to_numpy(v).copy() for v in model.variables]


def test_resumed_discriminators_go_on_exactly(tmp_path):
    straight = trained(4)
    trained(2, folder=tmp_path)
    resumed = trained(2, first=2, folder=tmp_path)
    for a, b in zip(straight, resumed, strict=True):
        np.testing.assert_array_equal(a, b)
