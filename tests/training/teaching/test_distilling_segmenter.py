"""The step of distillation against its algorithm written out plainly."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import NUM_CLASSES
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.training.teaching.distilling_segmenter import DistillingSegmenter

RATE = 0.05
SEEDS = (8, 9)


def build(method=None, teachers=None, **options):
    teachers = teachers or Ensemble([toy_segmenter(seed=s) for s in SEEDS])
    model = DistillingSegmenter(
        toy_segmenter(), method or methods.Distil(), teachers
    )
    model.compile(optimizer=keras.optimizers.SGD(RATE), **options)
    return model


def plain_step(student, teachers, batch, temperature, hard, on_source):
    images, labels = batch
    weights = student.trainable_variables
    valid = tf.cast(labels != 255, tf.float32)

    def taught(images, logits):
        scores = sum(t(images)["main"] for t in teachers) / len(teachers)
        p = tf.nn.softmax(scores / temperature)
        q = tf.nn.softmax(logits / temperature)
        apart = tf.reduce_sum(p * tf.math.log(p / q), -1)
        soft = temperature**2 * tf.reduce_mean(apart)
        winners = tf.argmax(scores, -1)
        entropies = -tf.gather(tf.nn.log_softmax(logits), winners, batch_dims=3)
        return (1 - hard) * soft + hard * tf.reduce_mean(entropies)

    with tf.GradientTape() as tape:
        source, target = (
            student(images[name], training=True)
            for name in ("source", "target")
        )
        loss = taught(images["target"], target["main"])
        loss += on_source * taught(images["source"], source["main"])
        safe = tf.where(labels == 255, 0, labels)
        for level, weight in {"main": 1.0, "aux": 0.1}.items():
            log_p = tf.nn.log_softmax(source[level])
            total = -tf.reduce_sum(valid * tf.gather(log_p, safe, batch_dims=3))
            loss += weight * total / tf.reduce_sum(valid)
    pairs = zip(weights, tape.gradient(loss, weights), strict=True)
    for weight, gradient in pairs:
        weight.assign_sub(RATE * gradient)


@pytest.mark.parametrize(
    "options", [(1.0, 0.0, 1.0), (2.0, 0.3, 0.5), (1.0, 1.0, 0.0)]
)
def test_step_equals_the_loop_written_plainly(options):
    temperature, hard, on_source = options
    ours = build(
        methods.Distil(temperature=temperature, hard=hard, on_source=on_source)
    )
    student = toy_segmenter()
    teachers = [toy_segmenter(seed=seed) for seed in SEEDS]
    for number in range(3):
        batch = toy_batch(seed=number)
        ours.train_step(batch)
        plain_step(student, teachers, batch, *options)
    for a, b in zip(ours.segmenter.weights, student.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


def test_parts_of_a_batch_equal_the_whole():
    whole, parts = (build(accumulate=number) for number in (1, 2))
    for number in range(2):
        for one in (whole, parts):
            one.train_step(toy_batch(4, seed=number))
    for a, b in zip(whole.variables, parts.variables, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_teachers_stay_as_they_are_and_are_not_saved_with_it(tmp_path):
    teacher = toy_segmenter(seed=9)
    before = [w.numpy().copy() for w in teacher.weights]
    model = build(teachers=Ensemble([teacher]))
    model.train_step(toy_batch())
    for a, b in zip(teacher.weights, before, strict=True):
        np.testing.assert_array_equal(a, b)
    own = {id(v) for v in model.variables}
    assert own.isdisjoint(id(w) for w in teacher.weights)
    with pytest.raises(ValueError, match="save its `segmenter`"):
        model.save(tmp_path / "whole.keras")


def test_a_student_learns_what_its_teacher_knows_of_the_target():
    """Target images look otherwise: red says there what green says here.

    The labels of the source alone lead to the wrong side; the teacher, who
    knows better, leads the student over.
    """

    def batch(seed):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, NUM_CLASSES, (4, 8, 8))
        labels = labels.repeat(4, 1).repeat(8, 2)
        source = 255 * np.eye(3)[labels]
        target = source[..., [1, 2, 0]]
        images = {"source": source, "target": target}
        return (
            {k: tf.constant(v, tf.float32) for k, v in images.items()},
            tf.constant(labels, tf.int32),
        )

    class Knowing(Ensemble):
        """Says of target images what is true of them; of others nothing."""

        def scores(self, images, size):
            return 4 * tf.gather(images, [2, 0, 1], axis=-1) / 255

    def hits(method):
        teachers = Knowing([toy_segmenter(seed=9)])
        model = DistillingSegmenter(toy_segmenter(), method, teachers)
        model.compile(optimizer=keras.optimizers.Adam(0.01))
        step = tf.function(model.train_step)
        for number in range(60):
            step(batch(number))
        images, labels = batch(1000)
        logits = model.segmenter(images["target"])["main"]
        return float(
            tf.reduce_mean(
                tf.cast(
                    tf.argmax(logits, -1, output_type=tf.int32) == labels,
                    tf.float32,
                )
            )
        )

    alone = methods.Distil(target_weights={"main": 0.0})
    # Both domains have the same colours: who is right of one is not of the
    # other, so the labels of the source count little here.
    taught = methods.Distil(on_source=0.0, source_weights={"main": 0.05})
    assert hits(alone) < 0.3
    assert hits(taught) > 0.8


def test_teachers_of_other_classes_are_refused():
    images = keras.Input((None, None, 3))
    logits = keras.layers.Conv2D(5, 1, name="main_logits")(images)
    other = keras.Model(images, {"main": logits})
    with pytest.raises(ValueError, match="5 classes and the student 3"):
        build(teachers=Ensemble([other]))
