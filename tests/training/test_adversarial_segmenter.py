"""The training step against the algorithm written out plainly."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.methods import losses
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter

RATE, DISCRIMINATOR_RATE = 0.05, 0.02
WEIGHTS = {"main": 0.5, "aux": 0.25}


def build(method, batch_norm="reference"):
    model = AdversarialSegmenter(toy_segmenter(batch_norm), method)
    model.compile(
        optimizer=keras.optimizers.SGD(RATE),
        discriminator_optimizer=keras.optimizers.SGD(DISCRIMINATOR_RATE),
    )
    return model


def arrays(model):
    return [keras.ops.convert_to_numpy(v).copy() for v in model.variables]


def plain_advent_step(segmenter, discriminators, batch):
    """ADVENT's iteration, step by step, with plain gradient descent."""
    images, labels = batch
    weights = segmenter.trainable_variables
    valid = tf.cast(labels != 255, tf.float32)

    def supervised(logits):
        logs = tf.nn.log_softmax(logits)
        chosen = tf.gather(logs, tf.minimum(labels, 2), batch_dims=3)
        return -tf.reduce_sum(chosen * valid) / tf.reduce_sum(valid)

    def judged(level, logits):
        p = tf.nn.softmax(logits)
        information = -p * tf.math.log(p) / tf.math.log(3.0)
        return discriminators[level](information)

    def against(logits, domain):
        p = tf.sigmoid(logits)
        return -tf.reduce_mean(tf.math.log(p if domain else 1 - p))

    with tf.GradientTape() as tape:
        source = segmenter(images["source"], training=True)
        loss = supervised(source["main"]) + 0.1 * supervised(source["aux"])
    gradients = tape.gradient(loss, weights)
    with tf.GradientTape() as tape:
        target = segmenter(images["target"], training=True)
        loss = sum(
            weight * against(judged(level, target[level]), 0)
            for level, weight in WEIGHTS.items()
        )
    more = tape.gradient(loss, weights)
    updates = []
    for level in WEIGHTS:
        with tf.GradientTape() as tape:
            loss = against(judged(level, source[level]), 0) / 2
            loss += against(judged(level, target[level]), 1) / 2
        variables = discriminators[level].trainable_variables
        updates += zip(variables, tape.gradient(loss, variables), strict=True)
    for weight, one, other in zip(weights, gradients, more, strict=True):
        weight.assign_sub(RATE * (one + other))
    for weight, gradient in updates:
        weight.assign_sub(DISCRIMINATOR_RATE * gradient)


def test_step_equals_the_papers_loop_written_plainly():
    method = methods.AdvEnt(target_weights=WEIGHTS)
    ours, plain = build(method), build(method)
    for new, old in zip(
        plain.discriminators.values(), ours.discriminators.values(), strict=True
    ):
        new.set_weights(old.get_weights())
    for seed in range(3):
        batch = toy_batch(seed=seed)
        ours.train_step(batch)
        plain_advent_step(plain.segmenter, plain.discriminators, batch)
    for a, b in zip(ours.variables, plain.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


def test_each_domain_is_normalised_by_its_own_batch():
    images, labels = toy_batch()
    images["target"] = tf.zeros_like(images["target"])
    model = build(methods.MinEnt())
    mean = model.segmenter.get_layer("bn").moving_mean
    conv = model.segmenter.get_layer("conv")

    def batch_mean(batch):
        features = conv(batch / 128 - 1)
        return tf.reduce_mean(features, axis=(0, 1, 2))

    after_source = 0.9 * mean.numpy() + 0.1 * batch_mean(images["source"])
    after_both = 0.9 * after_source + 0.1 * batch_mean(images["target"])
    model.train_step((images, labels))
    np.testing.assert_allclose(mean, after_both, rtol=1e-4, atol=1e-5)


def test_source_only_never_forwards_a_target_image():
    images, labels = toy_batch()
    model = build(methods.SourceOnly())
    del images["target"]
    model.train_step((images, labels))


def test_labels_move_only_through_the_source():
    """Garbage as target labels cannot matter: there is no place for them."""
    model = build(methods.AdvEnt())
    images, labels = toy_batch()
    with pytest.raises(ValueError, match="unpack"):
        model.train_step((images, labels, labels))


def test_untrained_head_keeps_its_weights():
    segmenter = toy_segmenter()
    model = AdversarialSegmenter(
        segmenter, methods.AdaptSegNetSingle(source_weights={"main": 1.0})
    )
    model.compile(
        optimizer=keras.optimizers.SGD(RATE, weight_decay=0.1),
        discriminator_optimizer=keras.optimizers.SGD(RATE),
    )
    head = segmenter.get_layer("aux_logits").kernel
    before = head.numpy().copy()
    model.train_step(toy_batch())
    np.testing.assert_array_equal(head.numpy(), before)


def test_fit_saves_and_loads_whole_with_both_optimizers(tmp_path):
    model = AdversarialSegmenter(toy_segmenter(), methods.AdvEnt())
    model.compile(
        optimizer=keras.optimizers.SGD(RATE, momentum=0.9),
        discriminator_optimizer=keras.optimizers.Adam(1e-3),
    )
    batches = tf.data.Dataset.from_tensors(toy_batch()).repeat(2)
    model.fit(batches, verbose=0, shuffle=False)
    model.save(tmp_path / "whole.keras")
    again = keras.models.load_model(tmp_path / "whole.keras")
    assert again.method == model.method
    for twin in (model, again):
        twin.train_step(toy_batch(seed=5))
    for ours, theirs in (
        (model.variables, again.variables),
        (model.optimizer.variables, again.optimizer.variables),
        (
            model.discriminator_optimizer.variables,
            again.discriminator_optimizer.variables,
        ),
    ):
        assert len(ours) == len(theirs) > 0
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


def test_fit_works_under_a_mirrored_strategy():
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        model = build(methods.AdvEnt())
    plain = build(methods.AdvEnt())
    batches = tf.data.Dataset.from_tensors(toy_batch()).repeat(2)
    history = model.fit(batches, verbose=0, shuffle=False).history
    assert {"loss", "source/main", "discriminator/aux"} <= set(history)
    for _ in range(2):
        plain.train_step(toy_batch())
    for ours, theirs in zip(
        model.segmenter.variables, plain.segmenter.variables, strict=True
    ):
        np.testing.assert_allclose(
            ours.value.numpy(), theirs.numpy(), rtol=1e-4, atol=1e-5
        )


def test_evaluate_measures_the_main_level():
    model = build(methods.SourceOnly())
    images, labels = toy_batch()
    found = model.evaluate(
        tf.data.Dataset.from_tensors((images, labels)),
        verbose=0,
        return_dict=True,
    )
    logits = model.segmenter(images["source"], training=False)["main"]
    right = np.argmax(logits, axis=-1) == labels.numpy()
    accuracy = right.sum() / (labels.numpy() != 255).sum()
    assert found["pixel_accuracy"] == pytest.approx(accuracy, rel=1e-5)
    count = losses.count_labelled(labels)
    loss = losses.cross_entropy(logits, labels, count)
    assert found["loss"] == pytest.approx(float(loss), rel=1e-5)


def test_one_level_network_leaves_the_other_level_out():
    toy = toy_segmenter()
    outputs = {k: v for k, v in toy.output.items() if k != "aux"}
    model = AdversarialSegmenter(
        keras.Model(toy.input, outputs), methods.AdvEnt()
    )
    assert set(model.discriminators) == {"main"}
    model.compile("sgd", discriminator_optimizer="sgd")
    assert "source/aux" not in model.train_step(toy_batch())


def test_missing_discriminator_optimizer_is_named():
    model = AdversarialSegmenter(toy_segmenter(), methods.AdvEnt())
    with pytest.raises(ValueError, match="give compile\\(\\) a discriminator"):
        model.compile(optimizer="sgd")


def test_level_that_the_segmenter_lacks_is_named():
    with pytest.raises(ValueError, match="names the levels \\['middle'\\]"):
        AdversarialSegmenter(
            toy_segmenter(), methods.AdvEnt(target_weights={"middle": 1.0})
        )
