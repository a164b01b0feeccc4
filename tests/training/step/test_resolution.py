"""Judging at the logits: the papers' step on coarser maps, whole product."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter

RATE = 0.05
WEIGHTS = {"main": 0.5, "aux": 0.25}
CLASSES = ("road", "car", "sky")


def compiled(method, batch_norm="reference", watched_classes=(), **options):
    model = AdversarialSegmenter(
        toy_segmenter(batch_norm),
        method,
        discriminator_width=4,
        **{"judge_at": "logits", **options},
    )
    model.compile(
        optimizer=keras.optimizers.SGD(RATE),
        discriminator_optimizer=keras.optimizers.SGD(RATE),
        watched_classes=watched_classes,
    )
    return model


def copy_weights(model, other):
    for name, network in model.discriminators.items():
        network.set_weights(other.discriminators[name].get_weights())


def plain_step(segmenter, discriminators, batch):
    """AdvEnt's iteration on the logits of a second model, written plainly."""
    images, labels = batch
    coarse = keras.Model(
        segmenter.input,
        {k: segmenter.get_layer(f"{k}_logits").output for k in WEIGHTS}
        | {f"{k}_whole": segmenter.output[k] for k in WEIGHTS},
    )
    valid = tf.cast(labels != 255, tf.float32)

    def supervised(logits):
        logs = tf.nn.log_softmax(logits)
        chosen = tf.gather(logs, tf.minimum(labels, 2), batch_dims=3)
        return -tf.reduce_sum(chosen * valid) / tf.reduce_sum(valid)

    def judged(level, logits):
        p = tf.nn.softmax(logits)
        return discriminators[level](-p * tf.math.log(p) / tf.math.log(3.0))

    def against(logits, domain):
        p = tf.sigmoid(logits)
        return -tf.reduce_mean(tf.math.log(p if domain else 1 - p))

    with tf.GradientTape() as tape:
        source = coarse(images["source"], training=True)
        target = coarse(images["target"], training=True)
        loss = supervised(source["main_whole"])
        loss += 0.1 * supervised(source["aux_whole"])
        for level, weight in WEIGHTS.items():
            loss += weight * against(judged(level, target[level]), 0)
    weights = segmenter.trainable_variables
    updates = list(zip(weights, tape.gradient(loss, weights), strict=True))
    for level in WEIGHTS:
        with tf.GradientTape() as tape:
            loss = against(judged(level, source[level]), 0) / 2
            loss += against(judged(level, target[level]), 1) / 2
        variables = discriminators[level].trainable_variables
        updates += zip(variables, tape.gradient(loss, variables), strict=True)
    for weight, gradient in updates:
        weight.assign_sub(RATE * gradient)


@pytest.mark.parametrize("remat", [False, True])
def test_step_is_the_papers_on_logits_before_resizing(remat):
    method = methods.AdvEnt(target_weights=WEIGHTS)
    ours, plain = compiled(method, remat=remat), compiled(method)
    copy_weights(plain, ours)
    step = tf.function(ours.train_step)
    for seed in range(3):
        step(toy_batch(seed=seed))
        plain_step(plain.segmenter, plain.discriminators, toy_batch(seed=seed))
    for a, b in zip(ours.variables, plain.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


def test_discriminators_see_maps_of_the_logits_size():
    model = compiled(methods.AdvEnt())
    seen = []
    judge = model.objective.judge

    def spy(level, maps):
        seen.append(tuple(maps[level].shape))
        return judge(level, maps)

    object.__setattr__(model.objective, "judge", spy)
    model.train_step(toy_batch())
    # Images are 32x64, the toy's logits half of it.
    assert set(seen) == {(2, 16, 32, 3)}


def test_entropy_is_that_of_the_coarse_logits():
    model = compiled(methods.MinEnt(), batch_norm="frozen")
    coarse = keras.Model(
        model.segmenter.input, model.segmenter.get_layer("main_logits").output
    )
    images, labels = toy_batch()
    p = tf.nn.softmax(coarse(images["target"]))
    entropy = -tf.reduce_sum(p * tf.math.log(p), -1) / tf.math.log(3.0)
    logs = model.train_step((images, labels))
    assert float(logs["target/main"]) == pytest.approx(
        float(tf.reduce_mean(entropy)), rel=1e-5
    )


def test_the_product_has_the_outputs_that_it_had():
    model = compiled(methods.AdvEnt())
    model.train_step(toy_batch())
    outputs = model.segmenter(toy_batch()[0]["target"])
    shapes = {name: tuple(value.shape) for name, value in outputs.items()}
    assert shapes == {
        "main": (2, 32, 64, 3),
        "aux": (2, 32, 64, 3),
        "features": (2, 16, 32, 4),
    }


@pytest.mark.parametrize("remat", [False, True])
def test_both_domains_pull_at_the_same_logits(remat):
    method = methods.AdvEnt(target_weights=WEIGHTS)
    model = compiled(method, watched_classes=CLASSES, remat=remat)
    coarse = keras.Model(
        model.segmenter.input,
        [
            model.segmenter.get_layer("main_logits").output,
            model.segmenter.output["main"],
        ],
    )
    images, labels = toy_batch()
    with tf.GradientTape() as tape:
        logits, whole = coarse(images["source"], training=True)
        loss = method.source_loss(
            whole, labels, tf.reduce_sum(tf.cast(labels != 255, tf.float32))
        )
    expected = tf.norm(tape.gradient(loss, logits))
    logs = model.train_step((images, labels))
    found = logs["health/pull/source/main"]
    assert float(found) == pytest.approx(float(expected), rel=1e-4)
    assert float(logs["health/pull/target/main"]) > 0


def test_a_loss_that_thins_out_keeps_the_images_size():
    """Every eighth pixel of logits at stride 8 would be nearly none."""
    sizes = []

    class Spy(methods.FCNsInTheWild):
        def target_loss(self, logits):
            sizes.append(tuple(logits.shape[1:3]))
            return super().target_loss(logits)

    method = Spy(class_sizes=((0.1, 0.5),) * 3)
    compiled(method).train_step(toy_batch())
    assert sizes == [(32, 64)]


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_is_near_float32(precision):
    method = methods.AdvEnt(target_weights=WEIGHTS)
    full, half = compiled(method), compiled(method, precision=precision)
    copy_weights(half, full)
    # What is left of float16's first loss scale would be infinite.
    if precision == "float16":
        for optimizer in (half.optimizer, half.discriminator_optimizer):
            optimizer.dynamic_scale.assign(128.0)
    for seed in range(2):
        full.train_step(toy_batch(seed=seed))
        half.train_step(toy_batch(seed=seed))
    for a, b in zip(full.variables, half.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=0.02)


def test_whole_model_is_saved_with_where_it_judges(tmp_path):
    model = compiled(methods.AdvEnt())
    model.train_step(toy_batch())
    model.save(tmp_path / "whole.keras")
    again = keras.models.load_model(tmp_path / "whole.keras")
    assert again.judge_at == "logits"
    for twin in (model, again):
        twin.train_step(toy_batch(seed=5))
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_unknown_places_are_reported():
    with pytest.raises(ValueError, match="Did you mean 'logits'"):
        compiled(methods.AdvEnt(), judge_at="logit")
