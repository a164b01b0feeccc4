"""Adapting begins late and gently, and again exactly so after a kill."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.checkpoints import save_state
from tf_advseg.training.step import warmup


def compiled(method, **options):
    model = AdversarialSegmenter(toy_segmenter(), method)
    model.compile(
        optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
        **options,
    )
    return model


def trained(model, steps, first=0):
    step = tf.function(model.train_step)
    for seed in range(first, first + steps):
        step(toy_batch(seed=seed))
    return [keras.ops.convert_to_numpy(v) for v in model.segmenter.variables]


def assert_equal(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("delay", "length", "expected"),
    [
        (0, 0, [1, 1, 1, 1]),
        (2, 0, [0, 0, 1, 1]),
        (0, 4, [0.25, 0.5, 0.75, 1]),
        (1, 2, [0, 0.5, 1, 1]),
    ],
)
def test_weight_of_each_update(delay, length, expected):
    found = [
        float(warmup.weight(tf.constant(made), delay, length))
        for made in range(4)
    ]
    assert found == expected


def test_until_the_delay_is_over_only_labels_teach():
    weights = {"main": 5.0}
    method = methods.MinEnt(target_weights=weights)
    late = compiled(method, target_delay=3)
    assert_equal(trained(late, 3), trained(compiled(methods.SourceOnly()), 3))
    after = trained(late, 1, first=3)
    alone = trained(compiled(methods.SourceOnly()), 4)
    assert any(
        not np.array_equal(a, b) for a, b in zip(after, alone, strict=True)
    )


def test_rising_weights_are_those_of_runs_with_smaller_ones():
    """The first of four steps of warm-up has a quarter of the weight."""
    rising = compiled(
        methods.MinEnt(target_weights={"main": 4.0}), target_warmup=4
    )
    quarter = compiled(methods.MinEnt(target_weights={"main": 1.0}))
    assert_equal(trained(rising, 1), trained(quarter, 1))


def test_a_factor_of_a_roll_back_multiplies_the_rising_weight():
    rising = compiled(
        methods.MinEnt(target_weights={"main": 8.0}), target_warmup=4
    )
    rising.target_scale.assign(0.5)
    quarter = compiled(methods.MinEnt(target_weights={"main": 1.0}))
    assert_equal(trained(rising, 1), trained(quarter, 1))


def test_a_resumed_run_rises_from_where_it_was(tmp_path):
    method = methods.AdvEnt(target_weights={"main": 1.0})
    options = {"target_delay": 2, "target_warmup": 4}
    straight = trained(compiled(method, **options), 6)
    first = compiled(method, **options)
    trained(first, 4)
    save_state(first, tmp_path, 4)
    second = compiled(method, **options)
    assert restore_newest(second, tmp_path) == 4
    assert_equal(trained(second, 2, first=4), straight)


def test_a_delay_of_the_whole_run_is_refused():
    with pytest.raises(ValueError, match="leaves none of the 100 steps"):
        TrainSettings(steps=100, target_delay=100).look()
