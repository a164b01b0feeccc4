"""Training on two scales: its step written out plainly, and what it gains."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_backbone import Tiny
from toy_networks import toy_batch
from toy_training import trainer

from tf_advseg import methods
from tf_advseg.experiment import registry
from tf_advseg.networks.backbones import Backbone
from tf_advseg.networks.decoders import parts
from tf_advseg.networks.decoders.decoder import Decoder
from tf_advseg.networks.decoders.two_scales import on_two_scales
from tf_advseg.networks.layers import DetailWindows
from tf_advseg.networks.layers.scales import windows as scales
from tf_advseg.networks.layers.scales.windows import Windows
from tf_advseg.training.teaching.feature_anchor import FeatureAnchor

RATE, SIZE, WINDOW, UNIT = 0.05, (32, 64), (16, 16), 8
PLAIN = {"weighting": "pixel", "color_jitter": 0.0, "blur": 0.0}
METHOD = methods.SelfTraining(
    threshold=0.6, share=0.0, teacher_decay=0.5, **PLAIN
)


def two_scales(backbone=None, decoder="fpn(channels=8, dropout=0)", seed=0):
    keras.utils.set_random_seed(seed)
    backbone = (backbone or Tiny()).build()
    if isinstance(decoder, str):
        decoder = registry.make_decoder(decoder)
    segmenter = decoder.build(backbone, 3)
    return on_two_scales(segmenter, backbone, WINDOW, 2, channels=8)


def sure_of_some():
    """Two scales that are, untrained, as sure as they are not."""
    segmenter = two_scales()
    classifier = segmenter.get_layer("scale_logits")
    kernel, bias = classifier.get_weights()
    classifier.set_weights([100 * kernel, bias])
    return segmenter


def compiled(method, segmenter=None, optimizer=None, anchor=None, **options):
    model = trainer(
        segmenter or two_scales(),
        method.with_details(0.1),
        anchor=anchor,
        **{k: options.pop(k) for k in ("remat", "precision") if k in options},
    )
    optimizer = optimizer or keras.optimizers.SGD(RATE)
    model.compile(optimizer=optimizer, **options)
    return model


def place(number):
    """The first row and column of the window of an update."""
    numbers = np.arange(np.prod(SIZE), dtype=np.float32).reshape(1, *SIZE, 1)
    with scales.drawn(Windows(WINDOW, UNIT), 0, number):
        seen = DetailWindows(WINDOW, UNIT)(tf.constant(numbers), training=True)
    return divmod(int(seen[0, 0, 0, 0]), SIZE[1])


def plain_step(student, teacher, batch, number):
    images, labels = batch
    row, column = place(number)
    in_window = slice(row, row + 16), slice(column, column + 16)
    scores = teacher(images["target"])["main"]
    pseudo = tf.argmax(scores, -1)
    is_sure = tf.reduce_max(tf.nn.softmax(scores), -1) >= METHOD.threshold
    assert 0 < np.mean(is_sure) < 1

    def entropies(logits, labels, weights):
        """Summed, pixel by pixel."""
        total = 0.0
        log_p = tf.nn.log_softmax(logits)
        for c in range(3):
            is_class = tf.cast(labels == c, tf.float32)
            total -= tf.reduce_sum(is_class * weights * log_p[..., c])
        return total

    with (
        tf.GradientTape() as tape,
        scales.drawn(Windows(WINDOW, UNIT), 0, number),
    ):
        loss = 0.0
        for name, given, weights in (
            ("source", labels, tf.ones(labels.shape)),
            ("target", pseudo, tf.cast(is_sure, tf.float32)),
        ):
            seen = student(images[name], training=True)
            count = float(np.sum(given != 255))
            fused = entropies(seen["main"], given, weights) / count
            of_window = entropies(
                seen["detail"],
                given[:, *in_window],
                weights[:, *in_window],
            )
            share = (16 * 16) / (32 * 64)
            loss += 0.9 * fused + 0.1 * of_window / (count * share)
    variables = student.trainable_variables
    pairs = zip(variables, tape.gradient(loss, variables), strict=True)
    for variable, gradient in pairs:
        variable.assign_sub(RATE * gradient)
    decay = min(METHOD.teacher_decay, 1 - 1 / (number + 2))
    for old, new in zip(teacher.weights, student.weights, strict=True):
        old.assign(decay * old + (1 - decay) * new)
    return float(loss)


def test_step_equals_the_loop_written_plainly():
    ours = compiled(METHOD, sure_of_some())
    student, teacher = sure_of_some(), sure_of_some()
    for number in range(3):
        batch = toy_batch(seed=number)
        logs = ours.train_step(batch)
        expected = plain_step(student, teacher, batch, number)
        assert float(logs["loss"]) == pytest.approx(expected, rel=1e-5)
        assert {"source/detail", "target/detail"} <= logs.keys()
    for a, b in zip(ours.segmenter.weights, student.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)
    for a, b in zip(ours.teacher.weights, teacher.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


@pytest.mark.slow
def test_a_frugal_step_equals_a_plain_one():
    """Layers that are called twice are recomputed twice."""
    method = dataclasses.replace(METHOD, masked_weight=1.0, mask_block=8)
    frugal = {"remat": True, "accumulate": 2}
    models = [compiled(method, sure_of_some(), **o) for o in ({}, frugal)]
    for model in models:
        model.train_step(toy_batch(4))
    one, two = (model.segmenter.weights for model in models)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


def test_features_of_the_small_image_are_held_against_imagenet_s():
    """With the same weights they are the same, whatever the scale."""
    method = dataclasses.replace(METHOD, feature_distance=1.0)
    segmenter = two_scales()
    backbone = Tiny().build()
    for layer in backbone.layers:
        layer.set_weights(segmenter.get_layer(layer.name).get_weights())
    anchor = FeatureAnchor(backbone, (0, 1, 2), scale=2)
    images, labels = toy_batch()
    batch = images, tf.zeros_like(labels)
    model = compiled(method, segmenter, anchor=anchor)
    assert float(model.train_step(batch)["feature_distance"]) < 1e-5
    assert float(model.train_step(batch)["feature_distance"]) > 1e-5


class Sees(Backbone):
    """Squares of 4x4 pixels, and the mean of all of them."""

    name = "sees"

    def features(self, images):
        x = keras.layers.Rescaling(1 / 64, offset=-2)(images)
        x = keras.layers.Conv2D(
            16, 4, strides=4, activation="relu", name="squares"
        )(x)
        mean = parts.resized(parts.pooled(x, "mean"), x, "mean_everywhere")
        x = keras.layers.Concatenate(name="squares_and_mean")([x, mean])
        return dict.fromkeys(("main", "c2", "c3", "c4", "c5"), x)


class Linear(Decoder):
    """One classifier."""

    name = "linear"
    output_stride = 4

    def logits(self, features, num_classes):
        x = keras.layers.Conv2D(16, 1, activation="relu", name="decoder_x")(
            features["c5"]
        )
        return {"main": parts.classifier(x, num_classes, "main")}, x


def world(rng, num_images=8):
    """Grey images `(B, 32, 64, 3)` and labels.

    On the left are squares: flat ones, and ones whose pixels are brighter and
    darker by turns (2), which is gone at half the size. Flat ones are 0 or 1
    by the brightness of the right edge, further away than a window is wide.
    """
    is_striped = rng.integers(0, 2, (num_images, 4, 4)).astype(bool)
    is_striped = is_striped.repeat(8, 1).repeat(8, 2)
    edge = rng.integers(0, 2, num_images)
    stripes = 60 * (-1.0) ** np.add.outer(np.arange(32), np.arange(32))
    grey = np.full((num_images, *SIZE), 128.0)
    grey[:, :, :32] += is_striped * stripes
    grey[:, :, 48:] += (160 * edge - 80)[:, None, None]
    grey += rng.normal(0, 4, grey.shape)
    labels = np.full(grey.shape, 255, np.int32)
    labels[:, :, :32] = np.where(is_striped, 2, edge[:, None, None])
    return np.stack([grey] * 3, -1).astype(np.float32), labels


def accuracies(predict):
    """Of the striped squares, and of the flat ones."""
    images, labels = world(np.random.default_rng(99), 32)
    right = np.argmax(predict(images), -1) == labels
    return right[labels == 2].mean(), right[labels < 2].mean()


def trained(segmenter, shown, with_details=False):
    """A segmenter after some steps on what it is shown of the world."""
    rng = np.random.default_rng(0)
    method = methods.SelfTraining(threshold=0.9, **PLAIN)
    if with_details:
        method = method.with_details(0.1)
    model = trainer(segmenter, method)
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    step = tf.function(model.train_step)
    for _ in range(150):
        source, labels = shown(rng, *world(rng))
        target, _ = shown(rng, *world(rng))
        step(({"source": source, "target": target}, labels))
    return model.segmenter


def one_scale():
    keras.utils.set_random_seed(0)
    return Linear().build(Sees().build(), 3)


@pytest.mark.slow
def test_two_scales_see_what_neither_sees_alone():
    """Details tell some classes, the surroundings others."""

    def coarse(rng, images, labels):
        images = images.reshape(len(images), 16, 2, 32, 2, 3).mean((2, 4))
        return images, labels[:, ::2, ::2]

    def fine(rng, images, labels):
        row, column = (8 * rng.integers(0, n) for n in (3, 3))
        window = np.s_[:, row : row + 16, column : column + 16]
        return images[window], labels[window]

    def whole(rng, images, labels):
        return images, labels

    small = trained(one_scale(), coarse)
    striped, flat = accuracies(
        lambda images: np.repeat(
            np.repeat(small(coarse(None, images, images)[0])["main"], 2, 1),
            2,
            2,
        )
    )
    assert striped + flat < 1.3  # One of both, or neither.
    windows = trained(one_scale(), fine)

    def by_windows(images):
        logits = np.zeros((*images.shape[:3], 3))
        for row in range(0, 32, 16):
            for column in range(0, 64, 16):
                at = np.s_[:, row : row + 16, column : column + 16]
                logits[at] = windows(images[at])["main"]
        return logits

    striped, flat = accuracies(by_windows)
    assert striped > 0.9 and flat < 0.7
    both = trained(two_scales(Sees(), Linear()), whole, with_details=True)
    striped, flat = accuracies(lambda images: both(images)["main"])
    assert striped > 0.9 and flat > 0.9
