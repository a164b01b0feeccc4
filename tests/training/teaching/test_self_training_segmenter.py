"""The self-training step against its algorithm written out plainly."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import SIZE
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.training.teaching.self_training_segmenter import (
    SelfTrainingSegmenter,
)

RATE, DECAY = 0.05, 0.8
THRESHOLD = 0.35  # An untrained teacher reaches it here and there.


def build(method=None, **options):
    method = method or methods.Dacs(
        threshold=THRESHOLD,
        share=0,
        weighting="image",
        teacher_decay=DECAY,
        color_jitter=0.0,
        blur=0.0,
    )
    model = SelfTrainingSegmenter(toy_segmenter(), method)
    model.compile(optimizer=keras.optimizers.SGD(RATE), **options)
    return model


def plain_step(student, teacher, batch, mask, decay, hidden=None):
    """DACS' iteration with plain gradient descent; the mask is given.

    With `hidden` it is MIC's, its weight being 1/2.
    """
    images, labels = batch
    weights = student.trainable_variables
    probabilities = tf.nn.softmax(teacher(images["target"])["main"]).numpy()
    pseudo = probabilities.argmax(-1)
    is_sure = probabilities.max(-1) >= THRESHOLD
    shares = np.ones_like(is_sure) * is_sure.mean((1, 2), keepdims=True)
    mixed = np.where(mask[..., None], images["source"], images["target"])
    mixed_labels = np.where(mask, labels, pseudo)
    mixed_weights = np.where(mask, 1.0, shares)

    def entropies(images, labels):
        logits = student(images, training=True)
        safe = np.minimum(labels, 2)
        return {
            level: -tf.gather(
                tf.nn.log_softmax(logits[level]), safe, batch_dims=3
            )
            for level in ("main", "aux")
        }

    valid = tf.cast(labels != 255, tf.float32)
    with tf.GradientTape() as tape:
        of_source = entropies(images["source"], labels)
        of_mixed = entropies(mixed, mixed_labels)["main"]
        loss = tf.reduce_mean(mixed_weights * of_mixed)
        if hidden is not None:
            mean = np.float32([123.675, 116.28, 103.53])
            seen = np.where(hidden[..., None], mean, images["target"])
            of_seen = entropies(seen, pseudo)["main"]
            loss += 0.5 * tf.reduce_mean(shares * of_seen)
        for level, weight in {"main": 1.0, "aux": 0.1}.items():
            total = tf.reduce_sum(valid * of_source[level])
            loss += weight * total / tf.reduce_sum(valid)
    pairs = zip(weights, tape.gradient(loss, weights), strict=True)
    for weight, gradient in pairs:
        weight.assign_sub(RATE * gradient)
    for ours, theirs in zip(teacher.weights, student.weights, strict=True):
        ours.assign(decay * ours + (1 - decay) * theirs)


def test_step_equals_the_papers_loop_written_plainly(monkeypatch):
    """All of class 0 is pasted, whatever is drawn."""
    monkeypatch.setattr(
        "tf_advseg.methods.class_mix.class_masks",
        lambda labels, seeds, classes: labels == 0,
    )
    ours = build()
    student, teacher = toy_segmenter(), toy_segmenter()
    for number in range(3):
        batch = toy_batch(seed=number)
        mask = batch[1].numpy() == 0
        decay = min(DECAY, 1 - 1 / (number + 2))
        ours.train_step(batch)
        plain_step(student, teacher, batch, mask, decay)
    for mine, plain in ((ours.segmenter, student), (ours.teacher, teacher)):
        for a, b in zip(mine.weights, plain.weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


def test_step_with_hidden_blocks_equals_mics_loop_written_plainly(monkeypatch):
    """The left half of each image is hidden, whatever is drawn."""
    monkeypatch.setattr(
        "tf_advseg.methods.class_mix.class_masks",
        lambda labels, seeds, classes: labels == 0,
    )
    hidden = np.zeros((2, *SIZE), bool)
    hidden[:, :, : SIZE[1] // 2] = True
    monkeypatch.setattr(
        "tf_advseg.methods.masking.block_masks",
        lambda size, seeds, block, ratio: tf.constant(hidden),
    )
    method = methods.Mic(
        threshold=THRESHOLD,
        teacher_decay=DECAY,
        color_jitter=0.0,
        blur=0.0,
        masked_weight=0.5,
    )
    ours, student, teacher = build(method), toy_segmenter(), toy_segmenter()
    for number in range(3):
        batch = toy_batch(seed=number)
        mask = batch[1].numpy() == 0
        decay = min(DECAY, 1 - 1 / (number + 2))
        logs = ours.train_step(batch)
        plain_step(student, teacher, batch, mask, decay, hidden)
    assert float(logs["masked/main"]) > 0
    for mine, plain in ((ours.segmenter, student), (ours.teacher, teacher)):
        for a, b in zip(mine.weights, plain.weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


def test_statistics_of_batch_norm_know_no_hidden_blocks():
    """Gradients of 0 leave the statistics as all that could differ."""
    found = []
    for weight in (0.0, 1.0):
        method = methods.SelfTraining(masked_weight=weight, floor=0.0)
        model = SelfTrainingSegmenter(toy_segmenter("trainable"), method)
        model.compile(optimizer=keras.optimizers.SGD(0.0))
        model.train_step(toy_batch())
        found.append(model.segmenter.get_weights())
    for a, b in zip(*found, strict=True):
        np.testing.assert_array_equal(a, b)


def test_class_weights_have_no_say_in_pseudo_labels():
    """The teacher, trained with them, has them in its logits already."""
    images = toy_batch(seed=0)[0]["target"]
    weights = (8.0, 1.0, 1.0)
    for model in (build(), build(methods.Dacs(class_weights=weights))):
        found = model._pseudo_labelled(images)[0].labels
        logits = model.teacher(images)["main"].numpy()
        np.testing.assert_array_equal(found, logits.argmax(-1))


def test_until_the_delay_is_over_it_is_source_only():
    method = methods.Dacs(threshold=0.0)
    model = build(method, target_delay=2)
    plain = build(methods.Dacs(target_weights={"main": 0.0}))
    for number in range(2):
        for one in (model, plain):
            one.train_step(toy_batch(seed=number))
    for a, b in zip(
        model.segmenter.weights, plain.segmenter.weights, strict=True
    ):
        np.testing.assert_array_equal(a, b)
    for one in (model, plain):
        one.train_step(toy_batch(seed=2))
    a, b = (m.segmenter.trainable_variables[0].numpy() for m in (model, plain))
    assert np.abs(a - b).max() > 0


def test_whole_model_is_saved_and_loaded_with_its_teacher(tmp_path):
    model = build()
    for number in range(2):
        model.train_step(toy_batch(seed=number))
    model.save(tmp_path / "whole.keras")
    again = keras.models.load_model(tmp_path / "whole.keras")
    for one in (model, again):
        one.train_step(toy_batch(seed=5))
    assert len(model.variables) == len(again.variables)
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_parts_of_a_batch_equal_the_whole():
    whole, parts = (build(accumulate=number) for number in (1, 2))
    for number in range(2):
        for one in (whole, parts):
            one.train_step(toy_batch(4, seed=number))
    for a, b in zip(whole.variables, parts.variables, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_health_is_that_of_the_teacher():
    model = build(methods.SelfTraining(), watched_classes=("a", "b", "c"))
    images, labels = toy_batch()
    logits = model.teacher(images["target"])["main"]
    logs = model.train_step((images, labels))
    sure = tf.reduce_max(tf.nn.softmax(logits), axis=-1).numpy()
    assert float(logs["health/teacher_confidence"]) == pytest.approx(
        sure.mean(), abs=1 / 512
    )
    assert float(logs["health/teacher_believed"]) == 0  # None reaches 0.9.
    shares = [float(logs[f"health/share/{name}"]) for name in "abc"]
    winners = tf.argmax(logits, -1).numpy()[:, ::4, ::4]
    assert shares == pytest.approx([(winners == c).mean() for c in range(3)])
