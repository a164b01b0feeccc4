"""Tests of the optimizers, with numbers that PyTorch gives."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.training.optimizers import HEAD_LEARNING_RATE
from tf_advseg.training.optimizers import OFFICIAL_MULTIPLICITY
from tf_advseg.training.optimizers import PolySchedule
from tf_advseg.training.optimizers import ReferenceAdam
from tf_advseg.training.optimizers import ReferenceSGD


def _variable(value, name="weight"):
    return keras.Variable([value], name=name)


def test_sgd_keeps_the_learning_rate_outside_its_buffer():
    weight = _variable(0.0)
    rates = keras.optimizers.schedules.PiecewiseConstantDecay([0], [1.0, 0.1])
    optimizer = ReferenceSGD(rates, momentum=0.5, weight_decay=0.0)
    optimizer.apply([tf.constant([1.0])], [weight])
    assert weight.numpy() == pytest.approx(-1.0)
    optimizer.apply([tf.constant([1.0])], [weight])
    # buffer 0.5 * 1 + 1; Keras' SGD would add 0.5 * 1.0 + 0.1 = 0.6.
    assert weight.numpy() == pytest.approx(-1.0 - 0.1 * 1.5)


def test_sgd_adds_the_weight_decay_to_the_gradient():
    weight = _variable(2.0)
    optimizer = ReferenceSGD(0.1, momentum=0.5, weight_decay=0.25)
    optimizer.apply([tf.constant([1.0])], [weight])
    # g = 1 + 0.25 * 2 = 1.5.
    assert weight.numpy() == pytest.approx(1.85)
    optimizer.apply([tf.constant([0.0])], [weight])
    buffer = 0.5 * 1.5 + 0.25 * 1.85
    assert weight.numpy() == pytest.approx(1.85 - 0.1 * buffer)


@pytest.mark.parametrize(
    ("multiplicity", "position"),
    # After 3 steps of gradient 1, rate 1, momentum 0.9; measured in PyTorch.
    [(1, -5.61), (3, -34.87)],
)
def test_repeated_updates_advance_one_buffer(multiplicity, position):
    weight = _variable(0.0)
    optimizer = ReferenceSGD(
        1.0, weight_decay=0.0, multiplicity_rules=[("weight", multiplicity)]
    )
    for _ in range(3):
        optimizer.apply([tf.constant([1.0])], [weight])
    assert weight.numpy() == pytest.approx(position, abs=0.005)


def test_repeated_updates_decay_the_current_weight():
    weight = _variable(1.0)
    optimizer = ReferenceSGD(
        0.5, momentum=0.0, weight_decay=1.0, multiplicity_rules=[("", 2)]
    )
    optimizer.apply([tf.constant([0.0])], [weight])
    assert weight.numpy() == pytest.approx(1 * 0.5 * 0.5)


def _weights(*layer_names):
    inputs = keras.Input((4, 4, 1))
    weights = []
    for name in layer_names:
        layer = keras.layers.Conv2D(1, 1, use_bias=False, name=name)
        layer(inputs)
        weights += layer.trainable_variables
    return weights


def test_rules_go_by_the_path_of_a_variable_and_the_first_match_counts():
    weights = _weights(
        "conv1", "layer3_4_conv2", "layer1_0_downsample_conv", "main_aspp_0"
    )
    optimizer = ReferenceSGD(
        1.0,
        momentum=0.0,
        weight_decay=0.0,
        learning_rate_rules=HEAD_LEARNING_RATE,
        multiplicity_rules=OFFICIAL_MULTIPLICITY,
    )
    before = [float(w.numpy().item()) for w in weights]
    optimizer.apply([tf.ones_like(w) for w in weights], weights)
    moved = [b - w.numpy().item() for b, w in zip(before, weights, strict=True)]
    np.testing.assert_allclose(moved, [1, 3, 4, 10], rtol=1e-6)


@pytest.mark.parametrize("rules", [["_aspp_"], [(10.0, "_aspp_")], [("a", -1)]])
def test_malformed_rules_are_reported(rules):
    with pytest.raises(ValueError, match="A rule is a pair"):
        ReferenceSGD(learning_rate_rules=rules)


def test_adam_corrects_the_second_moment_before_it_adds_epsilon():
    weight = _variable(0.0)
    ReferenceAdam(1e-4).apply([tf.constant([1e-7])], [weight])
    # PyTorch 2.13: 1e-4 * 1e-7 / (1e-7 + 1e-8). Keras' form gives -5.0e-5.
    assert weight.numpy() == pytest.approx(-9.0909e-5, rel=1e-4)


def test_adam_follows_its_formula_over_steps():
    weight = _variable(1.0)
    optimizer = ReferenceAdam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.25)
    expected, m, v = 1.0, 0.0, 0.0
    for step, gradient in enumerate([2.0, -1.0, 4.0], start=1):
        optimizer.apply([tf.constant([gradient])], [weight])
        m = 0.5 * m + 0.5 * gradient
        v = 0.75 * v + 0.25 * gradient**2
        root = (v / (1 - 0.75**step)) ** 0.5
        expected -= 0.1 * m / (1 - 0.5**step) / (root + 0.25)
    assert weight.numpy() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("step", "rate"),
    # Of the official programs: 250,000 steps from 2.5e-4.
    [(0, 2.5e-4), (120_000, 1.388e-4), (150_000, 1.096e-4), (250_000, 0.0)],
)
def test_poly_schedule_has_the_official_rates(step, rate):
    schedule = PolySchedule(2.5e-4, steps=250_000)
    assert float(schedule(step)) == pytest.approx(rate, rel=5e-4)


def test_poly_schedule_stays_zero_past_the_end():
    assert float(PolySchedule(1.0, steps=10)(11)) == 0.0


@pytest.mark.parametrize(
    "optimizer",
    [
        ReferenceSGD(
            PolySchedule(1e-3, 100),
            momentum=0.8,
            weight_decay=1e-3,
            learning_rate_rules=HEAD_LEARNING_RATE,
            multiplicity_rules=OFFICIAL_MULTIPLICITY,
            clipnorm=2.0,
        ),
        ReferenceAdam(1e-3, beta_1=0.8, beta_2=0.9, epsilon=1e-6),
    ],
    ids=lambda optimizer: optimizer.name,
)
def test_optimizers_survive_saving(optimizer):
    restored = keras.optimizers.deserialize(
        keras.optimizers.serialize(optimizer)
    )
    assert restored.get_config() == optimizer.get_config()
    weights = [_variable(1.0), _variable(1.0)]
    for one, weight in zip((optimizer, restored), weights, strict=True):
        one.apply([tf.constant([0.5])], [weight])
    assert weights[0].numpy() == weights[1].numpy() != 1.0


@pytest.mark.parametrize("optimizer", [ReferenceSGD, ReferenceAdam])
def test_a_compiled_step_equals_an_eager_one(optimizer):
    positions = []
    for compiled in (False, True):
        weight, instance = _variable(1.0), optimizer(0.1)
        instance.build([weight])
        step = _descent(instance, weight)
        step = tf.function(step) if compiled else step
        step()
        step()
        positions.append(weight.numpy())
    np.testing.assert_allclose(*positions, rtol=1e-6)


def _descent(optimizer, weight):
    return lambda: optimizer.apply([2 * weight], [weight])
