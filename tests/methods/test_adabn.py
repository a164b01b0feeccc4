import keras
import numpy as np
import pixel_world
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.step.wiring import check_batch_norm


def trained(method, batch_norm, steps=3, **options):
    model = AdversarialSegmenter(toy_segmenter(batch_norm), method, **options)
    model.compile(optimizer=keras.optimizers.SGD(0.05))
    step = tf.function(model.train_step)
    for seed in range(steps):
        step(toy_batch(seed=seed))
    return model.segmenter


def statistics(segmenter):
    layer = segmenter.get_layer("bn")
    return [layer.moving_mean.numpy(), layer.moving_variance.numpy()]


def target_statistics(steps):
    """What target batches leave in batch norm of weights that do not move."""
    segmenter = toy_segmenter("reference")
    for seed in range(steps):
        segmenter(toy_batch(seed=seed)[0]["target"], training=True)
    return statistics(segmenter)


@pytest.mark.parametrize("mode", ["reference", "trainable", "per_domain"])
def test_weights_are_those_of_source_only(mode):
    ours = trained(methods.AdaBN(), mode)
    plain = trained(methods.SourceOnly(), mode)
    for a, b in zip(
        ours.trainable_variables, plain.trainable_variables, strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)
    assert not np.allclose(statistics(ours)[0], statistics(plain)[0])


@pytest.mark.parametrize("options", [{}, {"remat": True}])
@pytest.mark.parametrize(
    ("method", "mode"),
    [
        (methods.AdaBN(), "reference"),
        (methods.AdaBN(), "trainable"),
        (methods.MinEnt(), "per_domain"),
    ],
)
def test_statistics_follow_the_target_alone(method, mode, options):
    model = AdversarialSegmenter(toy_segmenter(mode), method, **options)
    model.compile(optimizer=keras.optimizers.SGD(0.0))
    step = tf.function(model.train_step)
    for seed in range(3):
        step(toy_batch(seed=seed))
    for found, expected in zip(
        statistics(model.segmenter), target_statistics(3), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_half_precision_moves_them_alike():
    exact = statistics(trained(methods.AdaBN(), "per_domain"))
    half = statistics(
        trained(methods.AdaBN(), "per_domain", precision="bfloat16")
    )
    for a, b in zip(exact, half, strict=True):
        np.testing.assert_allclose(a, b, rtol=0.02, atol=0.01)


@pytest.mark.parametrize("mode", ["trainable", "per_domain"])
def test_without_target_images_the_source_is_what_there_is(mode):
    segmenter = trained(methods.SourceOnly(), mode)
    ordinary = trained(methods.SourceOnly(), "trainable")
    for a, b in zip(statistics(segmenter), statistics(ordinary), strict=True):
        np.testing.assert_array_equal(a, b)


def test_frozen_batch_norm_is_refused():
    for mode in ("reference", "per_domain"):
        check_batch_norm(toy_segmenter(mode), methods.AdaBN())
    check_batch_norm(toy_segmenter("frozen"), methods.MinEnt())
    for mode in ("frozen", "affine"):
        with pytest.raises(ValueError, match="'toy' has none that moves"):
            check_batch_norm(toy_segmenter(mode), methods.AdaBN())


def world_accuracy(method, batch_norm):
    """On a target that is much brighter, and twice as rich in contrast."""
    rng = np.random.default_rng(0)
    model = AdversarialSegmenter(pixel_world.segmenter(batch_norm), method)
    model.compile(optimizer=keras.optimizers.Adam(0.05))
    step = tf.function(model.train_step)
    target = [[160.0], [220.0]]
    for _ in range(60):
        source, labels = pixel_world.draw(rng, [[60.0], [90.0]])
        images = {"source": source, "target": pixel_world.draw(rng, target)[0]}
        step((images, labels))
    return pixel_world.accuracy(
        model.segmenter, *pixel_world.draw(rng, target, num_images=16)
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["trainable", "per_domain"])
def test_a_change_of_light_is_undone(mode):
    assert world_accuracy(methods.SourceOnly(), mode) < 0.6
    assert world_accuracy(methods.AdaBN(), mode) > 0.99


@pytest.mark.slow
def test_per_domain_statistics_undo_it_for_other_methods_too():
    """Target passes alone, not a mixture of both, make the statistics."""
    method = methods.MinEnt(target_weights={"main": 1e-3})
    assert world_accuracy(method, "trainable") < 0.9
    assert world_accuracy(method, "per_domain") > 0.99
