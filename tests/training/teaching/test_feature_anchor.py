"""Features that stay near ImageNet's, and what that is good for."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
import toy_settings
from toy_backbone import Tiny
from toy_networks import toy_batch

from tf_advseg import methods
from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.networks.decoders import FPN
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.training.teaching.feature_anchor import FeatureAnchor
from tf_advseg.training.teaching.self_training_segmenter import (
    SelfTrainingSegmenter,
)

NAMES = ("car", "road", "bus")


def backbone(seed):
    keras.utils.set_random_seed(seed)
    return Tiny().build()


def anchored(weight=0.5, **options):
    """A step's distance is that of backbones of two seeds."""
    segmenter = FPN(channels=8, dropout=0).build(backbone(0), 3)
    return SelfTrainingSegmenter(
        segmenter,
        methods.SelfTraining(feature_distance=weight),
        anchor=FeatureAnchor(backbone(1), (0, 2)),
        **options,
    )


def blocks(seed=0):
    """A toy batch whose labels are of one class in blocks of 8 pixels."""
    images, labels = toy_batch(seed=seed)
    return images, labels[:, ::8, ::8].numpy().repeat(8, 1).repeat(8, 2)


@pytest.mark.parametrize("options", [{}, {"remat": True}])
def test_it_is_the_distance_of_the_deepest_features(options):
    model = anchored(**options)
    model.compile(optimizer=keras.optimizers.SGD(0.05))
    images, labels = blocks()
    ours, theirs = (
        backbone(seed)(images["source"], training=False)["c5"].numpy()
        for seed in (0, 1)
    )
    is_thing = np.isin(labels[:, ::4, ::4], (0, 2))  # A cell is 4x4 pixels.
    lengths = np.linalg.norm(ours - theirs, axis=-1)
    expected = np.mean(
        [
            one[things].mean()
            for one, things in zip(lengths, is_thing, strict=True)
        ]
    )
    before = [w.numpy() for w in model.anchor._network.weights]
    logs = model.train_step((images, tf.constant(labels)))
    assert float(logs["feature_distance"]) == pytest.approx(expected, rel=1e-4)
    for _ in range(20):
        logs = model.train_step((images, tf.constant(labels)))
    assert float(logs["feature_distance"]) < 0.9 * expected
    for old, now in zip(before, model.anchor._network.weights, strict=True):
        np.testing.assert_array_equal(old, now)


def test_parts_of_a_batch_equal_the_whole():
    found = []
    for parts in (1, 2):
        model = anchored()
        model.compile(optimizer=keras.optimizers.SGD(0.05), accumulate=parts)
        for number in range(2):
            images, labels = blocks(number)
            model.train_step((images, tf.constant(labels)))
        found.append(model.variables)
    for whole, part in zip(*found, strict=True):
        np.testing.assert_allclose(whole, part, atol=1e-6)


def test_what_goes_on_from_a_checkpoint_is_bit_equal(tmp_path):
    """The anchor is no part of it: who goes on loads ImageNet's again."""

    def made():
        model = anchored()
        model.compile(optimizer=keras.optimizers.Adam(1e-3))
        return model

    def trained(model, numbers):
        for number in numbers:
            images, labels = blocks(number)
            model.train_step((images, tf.constant(labels)))

    whole, first, second = made(), made(), made()
    trained(whole, range(4))
    trained(first, range(2))
    tf.train.Checkpoint(model=first).write(str(tmp_path / "state"))
    trained(second, [7])
    state = tf.train.Checkpoint(model=second).read(str(tmp_path / "state"))
    state.assert_existing_objects_matched()
    trained(second, range(2, 4))
    for one, other in zip(whole.variables, second.variables, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_trainer_without_imagenet_s_backbone_is_refused():
    segmenter = FPN(channels=8, dropout=0).build(backbone(0), 3)
    method = methods.Dacs(feature_distance=0.005)
    with pytest.raises(ValueError, match="needs an `anchor`"):
        SelfTrainingSegmenter(segmenter, method)
    with pytest.raises(ValueError, match="not saved whole"):
        anchored().get_config()


@pytest.mark.parametrize("flag", ["source", "weights"])
def test_what_it_cannot_do_without_is_said(flag):
    settings = dataclasses.replace(
        toy_settings.TINY, **{"weights": "imagenet", flag: "none"}
    )
    method = methods.SelfTraining(feature_distance=0.005)
    segmenter = FPN(channels=8).build(backbone(0), 3)
    with pytest.raises(ValueError, match=f"another --{flag} than none"):
        networks.in_trainer(settings, segmenter, method, NAMES)
    said = "self_training(feature_distance=0.005)"
    settings = dataclasses.replace(settings, method=said, start="a.keras")
    with pytest.raises(ValueError, match=f"another --{flag} than none"):
        making.scaled(settings)


def test_a_run_s_anchor_has_imagenet_s_weights(monkeypatch):
    """Also where the segmenter starts elsewhere: both are loaded alike."""

    def load(self, model, path=None):
        for weight in model.weights:
            weight.assign(tf.fill(weight.shape, 0.25))
        return "a quarter"

    monkeypatch.setattr(Tiny, "load_imagenet", load)
    settings = dataclasses.replace(
        toy_settings.TINY, weights="imagenet", batch_norm="own"
    )
    method = methods.SelfTraining(feature_distance=0.005)
    model = making.make_trainer(settings, method, NAMES)
    for weight in model.anchor._network.weights:
        np.testing.assert_array_equal(weight, tf.fill(weight.shape, 0.25))
    assert model.anchor._things == (0, 2)


def colour_backbone():
    """Its features are red and green, as ImageNet has it."""
    images = keras.Input((16, 16, 3), name="images")
    x = keras.layers.Rescaling(1 / 32, offset=-4)(images)
    colours = keras.layers.Conv2D(2, 1, use_bias=False, name="colours")
    model = keras.Model(images, {"c5": colours(x)})
    colours.kernel.assign(np.eye(3)[None, None, :, :2])
    return model


def target_features(weight):
    """In the source red tells all and green is noise, so weights that decay
    forget green. In the target green tells all, and red is noise."""
    rng = np.random.default_rng(0)

    def draw(telling, number=4):
        labels = rng.integers(0, 2, (number, 16, 16)).astype(np.int32)
        pixels = rng.normal(128, 40, (*labels.shape, 3))
        pixels[..., telling] = rng.normal(96 + 64 * labels, 8)
        return pixels.astype(np.float32), labels

    keras.utils.set_random_seed(0)
    network = colour_backbone()
    features = network.output["c5"]
    logits = keras.layers.Conv2D(2, 1, name="main_logits")(features)
    main = CornersAlignedResize(name="main")([logits, network.input])
    segmenter = keras.Model(network.input, {"main": main})
    method = methods.SelfTraining(feature_distance=weight)
    anchor = FeatureAnchor(colour_backbone(), (0, 1)) if weight else None
    model = SelfTrainingSegmenter(segmenter, method, anchor=anchor)
    optimizer = keras.optimizers.AdamW(0.02, weight_decay=1.0)
    model.compile(optimizer=optimizer, target_delay=1000)
    step = tf.function(model.train_step)
    for _ in range(300):
        source, labels = draw(telling=0)
        target, _ = draw(telling=1)
        step(({"source": source, "target": target}, labels))
    images, labels = draw(telling=1, number=16)
    found = keras.Model(network.input, features)(images).numpy()
    return found, labels


def nearest_mean_accuracy(found, labels):
    """Of pixels told by the nearer of both classes' mean features."""
    means = [found[labels == number].mean(0) for number in (0, 1)]
    far = [np.linalg.norm(found - mean, axis=-1) for mean in means]
    return float(np.mean((far[1] < far[0]) == labels))


@pytest.mark.slow
def test_what_the_source_has_no_use_for_is_not_forgotten():
    free = nearest_mean_accuracy(*target_features(0.0))
    near = nearest_mean_accuracy(*target_features(1.0))
    assert free < 0.8
    assert near > 0.9
