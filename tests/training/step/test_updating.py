"""One update of a network, and how long its gradient may be."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.step.precision import with_loss_scaling
from tf_advseg.training.step.updating import clipped
from tf_advseg.training.step.updating import update


def test_a_long_gradient_keeps_its_direction():
    # The norm of (3, 0) and (4) together is 5.
    gradients = clipped([tf.constant([3.0, 0.0]), None, tf.constant(4.0)], 2.5)
    np.testing.assert_allclose(gradients[0], [1.5, 0.0])
    assert gradients[1] is None
    np.testing.assert_allclose(gradients[2], 2.0)


@pytest.mark.parametrize("limit", [5.0, 7.3, 1e6])
def test_a_gradient_within_the_limit_stays_to_the_bit(limit):
    gradient = tf.constant([3.0, 4.0])
    np.testing.assert_array_equal(clipped([gradient], limit)[0], gradient)


def test_the_limit_is_that_of_the_gradient_before_loss_scaling():
    weight = keras.Variable([0.0, 0.0])
    optimizer = with_loss_scaling(keras.optimizers.SGD(1.0), "float16")
    optimizer.build([weight])
    scaled = optimizer.scale_loss(tf.constant([3.0, 4.0]))
    assert float(scaled[0]) > 1000
    update(optimizer, [scaled], [weight], clip_norm=1.0)
    np.testing.assert_allclose(weight, [-0.6, -0.8], rtol=1e-6)


def test_a_gradient_that_overflows_is_left_out_though_clipped():
    weight = keras.Variable([1.0, 1.0])
    optimizer = with_loss_scaling(keras.optimizers.SGD(1.0), "float16")
    optimizer.build([weight])
    scale = float(optimizer.dynamic_scale)
    update(optimizer, [tf.constant([3.0, np.inf])], [weight], clip_norm=1.0)
    np.testing.assert_array_equal(weight, [1.0, 1.0])
    assert float(optimizer.dynamic_scale) == scale / 2


def compiled(clip_norm):
    model = AdversarialSegmenter(
        toy_segmenter("reference"), methods.AdvEnt(), discriminator_width=4
    )
    model.compile(
        optimizer=keras.optimizers.SGD(0.5),
        discriminator_optimizer=keras.optimizers.SGD(0.5),
        watched_classes=("a", "b", "c"),
        clip_norm=clip_norm,
    )
    return model


def step_of(model, variables):
    """The length of a step's change to some variables, and its logs."""
    before = [v.numpy() for v in variables]
    logs = model.train_step(toy_batch())
    change = [a - b for a, b in zip(before, variables, strict=True)]
    return float(tf.linalg.global_norm(change)), logs


def test_a_step_of_the_segmenter_is_as_long_as_the_limit_times_the_rate():
    model = compiled(clip_norm=0.01)
    weights = model.segmenter.trainable_variables
    length, logs = step_of(model, weights)
    assert length == pytest.approx(0.01 * 0.5, rel=1e-4)
    # The health numbers still show the gradient as it was.
    assert logs["health/gradient_norm/segmenter"] > 0.02


def test_the_discriminators_are_not_clipped():
    model = compiled(clip_norm=1e-6)
    length, logs = step_of(model, model.discriminator_variables)
    norm = float(logs["health/gradient_norm/discriminators"])
    assert length == pytest.approx(0.5 * norm, rel=1e-4)
    assert norm > 1e-5


def test_the_limit_is_saved_with_the_model(tmp_path):
    compiled(clip_norm=0.25).save(tmp_path / "whole.keras")
    again = keras.models.load_model(tmp_path / "whole.keras")
    assert again.clip_norm == 0.25
