"""Numbers of the game's health: right, and without influence."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.health import numbers

CLASSES = ("road", "car", "sky")


def compiled(method, watched_classes=CLASSES):
    model = AdversarialSegmenter(
        toy_segmenter("reference"), method, discriminator_width=4
    )
    model.compile(
        optimizer=keras.optimizers.Adam(1e-2),
        discriminator_optimizer=keras.optimizers.Adam(1e-2),
        watched_classes=watched_classes,
    )
    return model


def test_weights_are_bit_equal_with_and_without():
    method = methods.AdvEnt(target_weights={"main": 0.5, "aux": 0.25})
    watched, plain = compiled(method), compiled(method, ())
    for new, old in zip(
        watched.discriminators.values(),
        plain.discriminators.values(),
        strict=True,
    ):
        new.set_weights(old.get_weights())
    for seed in range(3):
        logs = watched.train_step(toy_batch(seed=seed))
        without = plain.train_step(toy_batch(seed=seed))
    assert not any(name.startswith("health/") for name in without)
    assert {n for n in logs if not n.startswith("health/")} == set(without)
    for a, b in zip(watched.variables, plain.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_names_cover_levels_domains_classes_and_players():
    logs = compiled(methods.AdvEnt()).train_step(toy_batch())
    found = {name for name in logs if name.startswith(numbers.PREFIX)}
    assert found == {
        "health/source_loss",
        "health/entropy/target",
        "health/gradient_norm/segmenter",
        "health/gradient_norm/discriminators",
        *(f"health/share/{name}" for name in CLASSES),
        *(
            f"health/{number}/{domain}/{level}"
            for number in ("discriminator_accuracy", "pull")
            for domain in ("source", "target")
            for level in ("main", "aux")
        ),
    }


def test_without_target_there_is_only_the_segmenters_health():
    logs = compiled(methods.SourceOnly()).train_step(toy_batch())
    found = {name for name in logs if name.startswith(numbers.PREFIX)}
    assert found == {"health/source_loss", "health/gradient_norm/segmenter"}


def test_accuracy_counts_patches_on_the_right_side_of_the_boundary():
    logits = tf.constant([-1.0, 0.25, 0.75, 2.0])
    judged = {"main": {SOURCE: logits, TARGET: logits}}
    vanilla = numbers.of_discriminators(judged, boundary=0.0)
    squares = numbers.of_discriminators(judged, boundary=0.5)
    name = "health/discriminator_accuracy/{}/main"
    assert vanilla[name.format("source")] == 1 / 4
    assert vanilla[name.format("target")] == 3 / 4
    assert squares[name.format("target")] == 2 / 4


def test_boundary_follows_the_gan_loss():
    assert methods.AdvEnt().domain_boundary == 0.0
    assert methods.AdvEnt(gan="least_squares").domain_boundary == 0.5
    assert methods.FCNsInTheWild(gan="least_squares").domain_boundary == 0.5
    assert methods.SourceOnly().domain_boundary == 0.0


def test_shares_and_entropy_of_predictions():
    logits = np.zeros((1, 8, 8, 3), np.float32)
    logits[:, :4, :, 1] = 100  # Sure: the upper half is a car.
    found = numbers.of_predictions(tf.constant(logits), CLASSES)
    assert found["health/share/car"] == 1 / 2
    assert found["health/share/sky"] == 0
    # The lower half is undecided between all classes: entropy 1.
    entropy = float(found["health/entropy/target"])
    assert entropy == pytest.approx(1 / 2, abs=1e-6)


def test_gradient_norm_is_that_of_all_gradients_together():
    gradients = [tf.constant([3.0]), None, tf.constant([[4.0]])]
    assert numbers.gradient_norm(gradients) == 5.0


def test_pull_of_the_target_goes_with_its_weight():
    pulls = []
    for weight in (0.5, 1.0):
        method = methods.MinEnt(target_weights={"main": weight})
        logs = compiled(method).train_step(toy_batch())
        pulls.append({n: float(v) for n, v in logs.items() if "/pull/" in n})
    light, heavy = pulls
    assert heavy["health/pull/target/main"] == pytest.approx(
        2 * light["health/pull/target/main"], rel=1e-5
    )
    assert heavy["health/pull/source/main"] == light["health/pull/source/main"]


def test_logged_norm_is_that_of_the_update():
    model = compiled(methods.SourceOnly())
    before = [v.numpy() for v in model.segmenter.trainable_variables]
    model.optimizer = keras.optimizers.SGD(1.0)
    logs = model.train_step(toy_batch())
    after = [v.numpy() for v in model.segmenter.trainable_variables]
    moved = sum(
        ((a - b) ** 2).sum() for a, b in zip(after, before, strict=True)
    )
    norm = float(logs["health/gradient_norm/segmenter"])
    assert norm == pytest.approx(np.sqrt(moved), rel=1e-4)


def test_scale_of_one_is_bit_equal_and_zero_is_no_target_term():
    method = methods.MinEnt(target_weights={"main": 1.0})
    scaled, silent = compiled(method), compiled(methods.MinEnt())
    scaled.target_scale.assign(0.0)
    silent.train_step(toy_batch())
    logs = scaled.train_step(toy_batch())
    terms = logs["source/main"] + 0.1 * logs["source/aux"]
    assert float(logs["loss"]) == pytest.approx(float(terms), rel=1e-6)
