"""Crops that show what an image was drawn for."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.datasets.pipeline.augmentation import augment
from tf_advseg.datasets.pipeline.sample_options import SampleOptions

RARE = 2
SEEDS = [tf.constant([seed, 1], tf.int64) for seed in range(40)]
ONCE = SampleOptions(crop=(8, 8), flip=True)
OFTEN = dataclasses.replace(ONCE, crop_tries=10)


def one_corner():
    """32x32 pixels, the rare class in the 8x8 of one corner."""
    label = np.zeros((32, 32), np.int32)
    label[:8, :8] = RARE
    image = np.repeat(label[..., None] * 50, 3, -1).astype(np.uint8)
    return tf.constant(image), tf.constant(label)


def crops(options, wanted=RARE):
    image, label = one_corner()
    wanted = tf.constant(wanted, tf.int64)
    return [
        augment(image, label, seed, options, (8, 8), wanted) for seed in SEEDS
    ]


def shown(samples):
    return np.mean([np.any(label == RARE) for _, label in samples])


def test_ten_tries_find_what_one_mostly_misses():
    # A corner at 0 to 7 of 0 to 24 either way: 8/25 squared is 0.10, and
    # 1 - 0.9^10 = 0.65.
    assert shown(crops(ONCE)) == pytest.approx(0.10, abs=0.15)
    assert shown(crops(OFTEN)) == pytest.approx(0.65, abs=0.23)


def test_image_and_label_show_the_same_piece():
    for image, label in crops(OFTEN):
        np.testing.assert_array_equal(image[..., 0], label * 50)


def test_the_first_crop_is_taken_if_it_shows_enough():
    """Class 0 is everywhere: nothing is drawn again."""
    for one, ten in zip(crops(ONCE, 0), crops(OFTEN, 0), strict=True):
        np.testing.assert_array_equal(one[1], ten[1])


def test_without_a_class_to_show_tries_change_nothing():
    image, label = one_corner()
    for seed in SEEDS[:5]:
        one, ten = (
            augment(image, label, seed, options, (8, 8))
            for options in (ONCE, OFTEN)
        )
        np.testing.assert_array_equal(one[1], ten[1])


def test_where_no_crop_shows_enough_the_fullest_is_taken():
    label = np.zeros((64, 64), np.int32)
    label[::31, ::31] = RARE  # 1 to 4 of 1,024: less than the 0.57 % asked.
    image = tf.zeros((64, 64, 3), tf.uint8)
    counts = {}
    for tries in (1, 10):
        options = SampleOptions(crop=(32, 32), crop_tries=tries)
        counts[tries] = [
            np.sum(
                augment(
                    image,
                    tf.constant(label),
                    seed,
                    options,
                    (32, 32),
                    tf.constant(RARE),
                )[1]
                == RARE
            )
            for seed in SEEDS
        ]
    pairs = list(zip(counts[1], counts[10], strict=True))
    assert all(ten >= one for one, ten in pairs)
    assert any(ten > one for one, ten in pairs)


def test_it_is_the_same_eagerly_and_inside_map():
    image, label = one_corner()
    options = dataclasses.replace(OFTEN, scale_range=(0.5, 2.0))

    def run(seed):
        return augment(image, label, seed, options, (8, 8), tf.constant(RARE))

    dataset = tf.data.Dataset.from_tensor_slices(tf.stack(SEEDS)).map(run)
    for seed, mapped in zip(SEEDS, dataset, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, run(seed), mapped)
