"""Tests of the four modes of batch normalisation."""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers.batch_norm import traceless

# One channel, mean 2, squared deviations 4 + 0 + 0 + 4 = 8.
FOUR_PIXELS = tf.reshape(tf.constant([0.0, 2.0, 2.0, 4.0]), (1, 2, 2, 1))


def _built(mode="reference", **kwargs):
    layer = BatchNorm(mode, **kwargs)
    layer.build((None, None, None, 1))
    return layer


@pytest.mark.parametrize("mode", ["reference", "trainable", "per_domain"])
def test_training_normalises_by_the_biased_variance_of_the_batch(mode):
    outputs = _built(mode, epsilon=0.0)(FOUR_PIXELS, training=True)
    deviation = np.sqrt(8 / 4)
    expected = np.array([-2, 0, 0, 2]) / deviation
    np.testing.assert_allclose(np.ravel(outputs), expected, rtol=1e-6)


@pytest.mark.parametrize("mode", ["reference", "trainable", "per_domain"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_moves_the_unbiased_variance(mode, dtype):
    layer = _built(mode, dtype=dtype)
    layer(tf.cast(FOUR_PIXELS, dtype), training=True)
    assert layer.moving_mean.numpy() == pytest.approx(0.9 * 0 + 0.1 * 2)
    # Bessel's correction: 8 / 3, not 8 / 4.
    expected = 0.9 * 1 + 0.1 * 8 / 3
    assert layer.moving_variance.numpy() == pytest.approx(expected)


def test_every_training_pass_moves_the_statistics_in_order():
    layer = _built()
    layer(FOUR_PIXELS, training=True)
    layer(FOUR_PIXELS + 10, training=True)
    # The last pass weighs most: 0.9 * 0.1 * 2 + 0.1 * 12.
    assert layer.moving_mean.numpy() == pytest.approx(0.18 + 1.2)


def test_prediction_uses_the_moving_statistics():
    layer = _built(epsilon=0.25)
    layer.moving_mean.assign([1.0])
    layer.moving_variance.assign([2.0])
    layer.gamma.assign([3.0])
    layer.beta.assign([5.0])
    outputs = layer(FOUR_PIXELS, training=False)
    # (x - 1) / sqrt(2 + 0.25) * 3 + 5 = 2 x + 3.
    np.testing.assert_allclose(np.ravel(outputs), [3, 7, 7, 11], rtol=1e-6)


@pytest.mark.parametrize("mode", ["frozen", "affine"])
def test_still_layers_use_and_keep_the_moving_statistics_in_training(mode):
    layer = _built(mode)
    layer.moving_mean.assign([1.0])
    training = layer(FOUR_PIXELS, training=True)
    np.testing.assert_array_equal(training, layer(FOUR_PIXELS, training=False))
    assert layer.moving_mean.numpy() == [1.0]
    assert layer.moving_variance.numpy() == [1.0]


def test_only_affine_ones_of_them_learn():
    assert _built("frozen").trainable_variables == []
    assert len(_built("affine").trainable_variables) == 2


def test_only_trainable_modes_learn_gamma_and_beta():
    assert _built("reference").trainable_variables == []
    for mode in ("trainable", "per_domain"):
        learned = [v.name for v in _built(mode).trainable_variables]
        assert learned == ["gamma", "beta"]


def test_a_traceless_pass_is_normalised_as_ever_and_leaves_no_trace():
    layer = _built("per_domain", epsilon=0.0)
    layer(FOUR_PIXELS, training=True)
    before = [v.numpy() for v in layer.non_trainable_variables]
    expected = layer(FOUR_PIXELS + 10, training=True)
    for variable, value in zip(
        layer.non_trainable_variables, before, strict=True
    ):
        variable.assign(value)
    with traceless():
        found = layer(FOUR_PIXELS + 10, training=True)
    np.testing.assert_array_equal(found, expected)
    assert [v.numpy() for v in layer.non_trainable_variables] == before


def test_traceless_concerns_the_modes_it_names():
    ordinary, per_domain = _built("trainable"), _built("per_domain")
    with traceless():
        ordinary(FOUR_PIXELS, training=True)
        per_domain(FOUR_PIXELS, training=True)
    assert ordinary.moving_mean.numpy() == pytest.approx(0.2)
    assert per_domain.moving_mean.numpy() == 0
    with traceless(["trainable"]):
        ordinary(FOUR_PIXELS, training=True)
    assert ordinary.moving_mean.numpy() == pytest.approx(0.2)
    ordinary(FOUR_PIXELS, training=True)
    assert ordinary.moving_mean.numpy() == pytest.approx(0.38)


def test_another_thread_is_not_traceless():
    layer = _built("per_domain")
    thread = threading.Thread(target=lambda: layer(FOUR_PIXELS, training=True))
    with traceless():
        thread.start()
        thread.join()
    assert layer.moving_mean.numpy() == pytest.approx(0.2)


def test_at_prediction_per_domain_is_ordinary():
    ordinary, per_domain = _built("trainable"), _built("per_domain")
    values = [[3.0], [5.0], [1.0], [2.0]]
    for layer in (ordinary, per_domain):
        layer.set_weights([np.array(value) for value in values])
    np.testing.assert_array_equal(
        per_domain(FOUR_PIXELS), ordinary(FOUR_PIXELS)
    )


def test_a_layer_that_the_user_froze_rests():
    layer = _built("trainable")
    layer.trainable = False
    layer(FOUR_PIXELS, training=True)
    assert layer.moving_mean.numpy() == [0.0]


def test_float64_equals_float32_in_outputs_gradients_and_statistics():
    x = np.random.default_rng(0).normal(3, 2, (2, 5, 7, 4))
    results = []
    for dtype in ("float32", "float64"):
        layer = BatchNorm("trainable", dtype=dtype)
        features = tf.constant(x, dtype)
        with tf.GradientTape() as tape:
            tape.watch(features)
            loss = tf.reduce_sum(layer(features, training=True) ** 3)
        watched = [features, layer.gamma, layer.beta]
        results.append(
            [loss, *tape.gradient(loss, watched)]
            + [layer.moving_mean, layer.moving_variance]
        )
    for single, double in zip(*results, strict=True):
        scale = np.abs(double).max()
        np.testing.assert_allclose(single, double, atol=1e-5 * scale)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("training", [False, True])
def test_mixed_precision_keeps_statistics_in_float32(policy, training):
    layer = BatchNorm("reference", dtype=policy)
    # 300 squared is infinite in float16: the statistics must not pass there.
    features = tf.cast(300 + 4 * FOUR_PIXELS, layer.compute_dtype)
    outputs = layer(features, training=training)
    assert outputs.dtype == layer.compute_dtype
    assert np.all(np.isfinite(tf.cast(outputs, tf.float32)))
    assert layer.moving_variance.dtype == "float32"
    if training:
        assert layer.moving_mean.numpy() == pytest.approx(30.8)


def test_graph_and_eager_execution_agree():
    layer = _built()
    eager = layer(FOUR_PIXELS, training=True)
    graph = tf.function(lambda x: layer(x, training=True))(FOUR_PIXELS)
    np.testing.assert_allclose(graph, eager, rtol=1e-6)
    expected = 0.9 * 0.2 + 0.2
    assert layer.moving_mean.numpy() == pytest.approx(expected)


def test_config_survives_saving():
    layer = BatchNorm("trainable", momentum=0.97, epsilon=1e-3, name="norm")
    restored = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert restored.get_config() == layer.get_config()
    assert (restored.mode, restored.momentum) == ("trainable", 0.97)


def test_unknown_modes_are_named_with_the_known_ones():
    with pytest.raises(ValueError, match="Did you mean 'frozen'"):
        BatchNorm("froze")


def test_unknown_channels_are_reported():
    with pytest.raises(ValueError, match="known number of channels"):
        BatchNorm().build((None, None, None, None))
