"""Colour and sharpness, in numbers that a person can work out."""

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.datasets.pipeline.appearance import gain_channels
from tf_advseg.datasets.pipeline.appearance import jitter_colours
from tf_advseg.datasets.pipeline.appearance import random_blur

SEEDS = [tf.constant([seed, 1], tf.int64) for seed in range(20)]


def test_colour_jitter_stays_in_range_and_is_bounded():
    image = tf.fill((2, 2, 3), 100.0)
    for seed in SEEDS:
        # A grey, even image: contrast and saturation leave it alone.
        values = jitter_colours(image, seed, 0.3).numpy()
        assert 70 - 1e-3 <= values.min() <= values.max() <= 130 + 1e-3
        assert values.max() - values.min() < 1e-3
    bright = tf.constant(np.random.default_rng(0).uniform(0, 255, (4, 4, 3)))
    for seed in SEEDS:
        values = jitter_colours(tf.cast(bright, tf.float32), seed, 0.9)
        assert values.numpy().min() >= 0 and values.numpy().max() <= 255


def test_a_gain_is_one_factor_a_channel():
    image = tf.constant([[[100.0, 50.0, 20.0], [10.0, 20.0, 30.0]]])
    factors = []
    for seed in SEEDS:
        factor = (gain_channels(image, seed, 0.3) / image).numpy()
        np.testing.assert_allclose(factor[0, 0], factor[0, 1], rtol=1e-5)
        factors.append(factor[0, 0])
    assert 0.7 <= np.min(factors) < 0.8 and 1.2 < np.max(factors) <= 1.3
    # Red does not know what blue does.
    assert abs(np.corrcoef(np.transpose(factors))[0, 2]) < 0.7


def test_a_gain_stays_in_range():
    bright = tf.fill((2, 2, 3), 250.0)
    assert (
        max(float(tf.reduce_max(gain_channels(bright, s, 0.9))) for s in SEEDS)
        == 255
    )


def test_a_blurred_point_is_the_kernel():
    image = np.zeros((5, 5, 3), np.float32)
    image[2, 2] = 16
    found = random_blur(tf.constant(image), SEEDS[0], 1.0).numpy()
    expected = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    for channel in range(3):
        np.testing.assert_allclose(found[1:4, 1:4, channel], expected)
    assert found.sum() == pytest.approx(image.sum())


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (3, 2)])
def test_what_is_even_stays_even_up_to_the_border(size):
    image = tf.fill((*size, 3), 90.0)
    np.testing.assert_array_equal(random_blur(image, SEEDS[0], 1.0), image)


def test_some_images_are_blurred_and_the_others_left_alone():
    image = tf.constant(np.random.default_rng(0).uniform(0, 255, (4, 4, 3)))
    image = tf.cast(image, tf.float32)
    changed = [
        bool(tf.reduce_any(random_blur(image, seed, 0.3) != image))
        for seed in SEEDS
    ]
    assert 2 <= sum(changed) <= 12
    assert not np.any(random_blur(image, SEEDS[0], 0.0) != image)
