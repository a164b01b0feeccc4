"""Steps on target images alone, as `--source=none` makes them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter
from toy_training import trainer

from tf_advseg import methods
from tf_advseg.methods.self_training import SelfTrainingMethod

RATIOS = (0.2, 0.3, 0.5)
LEARNING = [
    methods.MinEnt(),
    methods.MaxSquare(),
    methods.MinEntCP(class_ratios=RATIOS),
    methods.SelfTraining(floor=0.0),
]


def target_batch(seed=0):
    images, _ = toy_batch(batch_size=4, seed=seed)
    return {"target": images["target"]}, {}


def made(method, batch_norm="trainable", accumulate=1):
    model = trainer(toy_segmenter(batch_norm), method)
    model.compile(
        optimizer=keras.optimizers.AdamW(0.01, weight_decay=0.1),
        watched_classes=("a", "b", "c"),
        accumulate=accumulate,
        clip_norm=10.0,
    )
    return model


def weights(model):
    return [v.numpy() for v in model.segmenter.trainable_variables]


@pytest.mark.parametrize("accumulate", [1, 2])
@pytest.mark.parametrize("method", LEARNING, ids=lambda m: m.name)
def test_weights_learn_from_the_target_alone(method, accumulate):
    model = made(method, accumulate=accumulate)
    before = weights(model)
    step = tf.function(model.train_step)
    for seed in range(2):
        logs = step(target_batch(seed))
    pairs = zip(before, weights(model), strict=True)
    assert any((one != other).any() for one, other in pairs)
    assert not any(name.startswith("source/") for name in logs)
    assert np.isfinite(logs["loss"]) and "health/share/a" in logs
    assert "health/source_loss" not in logs


@pytest.mark.parametrize("accumulate", [1, 2])
def test_adabn_moves_statistics_and_no_weight_and_counts_its_steps(accumulate):
    """Not even weight decay: nothing holds it back."""
    model = made(methods.AdaBN(), accumulate=accumulate)
    before = weights(model)
    mean = model.segmenter.get_layer("bn").moving_mean.numpy()
    step = tf.function(model.train_step)
    for seed in range(3):
        step(target_batch(seed))
    for one, other in zip(before, weights(model), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (model.segmenter.get_layer("bn").moving_mean.numpy() != mean).any()
    assert int(model.optimizer.iterations.numpy()) == 3


def test_a_few_labels_of_the_target_are_all_there_is():
    images, labels = toy_batch(batch_size=4)
    shown = {"target_labels": images["source"], "target": images["target"]}
    model = made(methods.MinEnt())
    logs = tf.function(model.train_step)((shown, {"target_labels": labels}))
    assert logs["source/main"] > 0


def test_what_pastes_the_source_says_that_there_is_none():
    with pytest.raises(ValueError, match="dacs pastes labelled images"):
        made(methods.Dacs()).train_step(target_batch())


@pytest.mark.parametrize("name", ["share", "floor"])
def test_shares_and_floors_are_shares(name):
    with pytest.raises(ValueError, match=f"self_training {name}"):
        methods.SelfTraining(**{name: 1.5})


@pytest.mark.parametrize(
    "method", [methods.SelfTraining, methods.Dacs], ids=lambda m: m.name
)
def test_a_teacher_that_knows_nothing_is_not_believed_by_its_shares(method):
    """Its guesses are a third each: half of them were believed before."""
    believed = {}
    for floor in (0.0, 0.5):
        made_by = method(share=0.5, weighting="pixel", floor=floor)
        model = made(made_by)
        assert isinstance(model.method, SelfTrainingMethod)
        images, labels = toy_batch(batch_size=4)
        # What it says of the target is remembered in the first step.
        step = tf.function(model.train_step)
        for _ in range(2):
            logs = step((images, labels))
        believed[floor] = float(logs["health/teacher_believed"])
    assert believed[0.0] > 0.3
    assert believed[0.5] == 0.0


def test_the_floor_holds_class_by_class_and_never_above_the_threshold():
    """Half of the first class is surer than 0.7, of the second than 0.3."""
    counts = np.zeros((2, 256), np.float32)
    counts[0, [102, 180]] = 1
    counts[1, [26, 77]] = 1
    found = methods.SelfTraining(share=0.5, floor=0.5).thresholds(counts)
    np.testing.assert_allclose(found, [180 / 256, 0.5])
    sure = methods.SelfTraining(threshold=0.4, share=0.5, floor=0.5)
    np.testing.assert_allclose(sure.thresholds(counts), [0.4, 0.4])
