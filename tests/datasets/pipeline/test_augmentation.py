import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.datasets.pipeline.augmentation import FILL_COLOUR
from tf_advseg.datasets.pipeline.augmentation import augment
from tf_advseg.datasets.pipeline.augmentation import random_flip
from tf_advseg.datasets.pipeline.sample_options import SampleOptions

HEIGHT, WIDTH = 6, 10
SEEDS = [tf.constant([seed, 1], tf.int64) for seed in range(20)]


def positions():
    """An image and a label that both hold the number of each pixel."""
    label = np.arange(HEIGHT * WIDTH, dtype=np.int32).reshape(HEIGHT, WIDTH)
    image = np.repeat(label[..., None], 3, axis=-1).astype(np.float32)
    return tf.constant(image), tf.constant(label)


def test_without_options_nothing_changes():
    image, label = positions()
    result = augment(image, label, SEEDS[0], SampleOptions(), (HEIGHT, WIDTH))
    np.testing.assert_array_equal(result[0], image)
    np.testing.assert_array_equal(result[1], label)


@pytest.mark.parametrize("crop", [(4, 7), (6, 10), (9, 14), (4, 14)])
def test_crop_and_flip_move_image_and_label_together(crop):
    image, label = positions()
    options = SampleOptions(crop=crop, flip=True)
    for seed in SEEDS:
        new_image, new_label = augment(image, label, seed, options, crop)
        assert new_image.shape == (*crop, 3)
        is_inside = new_label.numpy() != 255
        np.testing.assert_array_equal(
            new_image.numpy()[is_inside][:, 0], new_label.numpy()[is_inside]
        )
        expected = min(crop[0], HEIGHT) * min(crop[1], WIDTH)
        assert is_inside.sum() == expected


def test_crops_reach_every_corner():
    image, label = positions()
    corners = {
        int(augment(image, label, seed, SampleOptions(), (5, 9))[1][0, 0])
        for seed in SEEDS
    }
    # One spare row and one spare column: it starts at 0, 1, 10 or 11.
    assert corners == {0, 1, WIDTH, WIDTH + 1}


def test_flips_come_about_half_of_the_time():
    image, label = positions()
    firsts = [int(random_flip(image, label, s)[1][0, 0]) for s in SEEDS]
    assert set(firsts) == {0, WIDTH - 1}
    assert 4 <= firsts.count(0) <= 16


def test_filled_borders_are_ignored_and_never_class_zero():
    image = tf.fill((HEIGHT, WIDTH, 3), 200.0)
    label = tf.zeros((HEIGHT, WIDTH), tf.int32)
    crop = (12, 16)
    options = SampleOptions(
        size=(HEIGHT, WIDTH), crop=crop, flip=True, scale_range=(0.5, 0.9)
    )
    for seed in SEEDS:
        new_image, new_label = augment(image, label, seed, options, crop)
        is_filled = np.all(
            np.isclose(new_image, np.float32(FILL_COLOUR)), axis=-1
        )
        assert is_filled.sum() >= 12 * 16 - 5 * 9
        assert np.all(new_label.numpy()[is_filled] == 255)
        assert np.all(new_label.numpy()[~is_filled] == 0)
        np.testing.assert_allclose(new_image.numpy()[~is_filled], 200, 1e-5)


def test_scaling_by_two_repeats_labels_and_interpolates_images():
    image = tf.constant([[[0.0] * 3, [100.0] * 3]])
    label = tf.constant([[1, 2]])
    options = SampleOptions(scale_range=(2.0, 2.0))
    image, label = augment(image, label, SEEDS[0], options, (2, 4))
    assert label.numpy().tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]
    # Half-pixel centres: the new centres lie at -1/4, 1/4, 3/4, 5/4.
    np.testing.assert_allclose(image[0, :, 0], [0, 25, 75, 100], rtol=1e-5)


def test_scaled_labels_hold_no_new_values():
    label = tf.constant(np.random.default_rng(0).choice([0, 7, 255], (8, 16)))
    image = tf.zeros((8, 16, 3))
    options = SampleOptions(scale_range=(0.5, 2.0))
    for seed in SEEDS:
        _, scaled = augment(image, label, seed, options, (8, 16))
        assert set(np.unique(scaled)) <= {0, 7, 255}


def test_scales_span_their_range():
    """A ramp's slope in the output tells by how much it was scaled."""
    ramp = tf.range(200.0)[None, :, None] * tf.ones((200, 1, 3))
    options = SampleOptions(scale_range=(0.5, 2.0))
    scales = []
    for seed in SEEDS:
        image, _ = augment(ramp, None, seed, options, (40, 40))
        scales.append(float(1 / (image[0, 21, 0] - image[0, 20, 0])))
    assert 0.48 < min(scales) < 0.8 and 1.6 < max(scales) < 2.1


def test_half_of_the_logarithmic_scales_make_images_smaller():
    """Of uniform ones from 1/2 to 2 a third would."""
    ramp = tf.range(200.0)[None, :, None] * tf.ones((200, 1, 3))
    smaller = {}
    for law in ("uniform", "log"):
        options = SampleOptions(scale_range=(0.5, 2.0), scale_law=law)
        slopes = []
        for number in range(200):
            seed = tf.constant([number, 7], tf.int64)
            image, _ = augment(ramp, None, seed, options, (40, 40))
            slopes.append(float(image[0, 21, 0] - image[0, 20, 0]))
        assert min(slopes) > 0.48 and max(slopes) < 2.1
        smaller[law] = np.mean(np.array(slopes) > 1)
    # Three deviations of a share of 200 are 0.1.
    assert smaller["log"] == pytest.approx(1 / 2, abs=0.1)
    assert smaller["uniform"] == pytest.approx(1 / 3, abs=0.1)


def test_a_younger_change_leaves_the_draws_of_the_others_alone():
    """Crop, mirror and brightness are as they were without a gain."""
    image, label = positions()
    old = SampleOptions(flip=True, scale_range=(0.5, 2.0), color_jitter=0.4)
    new = dataclasses.replace(old, channel_gain=1e-6, blur=1e-6)
    for seed in SEEDS:
        before = augment(image, label, seed, old, (7, 8))
        after = augment(image, label, seed, new, (7, 8))
        np.testing.assert_array_equal(before[1], after[1])
        np.testing.assert_allclose(before[0], after[0], rtol=1e-4, atol=1e-3)


def test_image_and_label_keep_together_when_scaled():
    """The image is a checkerboard that the label names, in large squares."""
    rows, columns = np.indices((64, 96)) // 16
    label = tf.constant((rows + columns) % 2, tf.int32)
    image = tf.cast(label, tf.float32)[..., None] * 200 * tf.ones((1, 1, 3))
    options = SampleOptions(scale_range=(0.5, 2.0), flip=True)
    for seed in SEEDS:
        new_image, new_label = augment(image, label, seed, options, (48, 48))
        is_inside = new_label != 255
        is_bright = new_image[..., 0][is_inside] > 100
        agreement = is_bright == (new_label[is_inside] == 1)
        assert np.mean(agreement) > 0.96


@pytest.mark.parametrize("has_label", [True, False])
def test_the_result_is_the_same_eagerly_and_inside_map(has_label):
    image, label = positions()
    image *= 4
    crop = (7, 8)
    options = SampleOptions(
        crop=crop,
        flip=True,
        scale_range=(0.5, 2.0),
        scale_law="log",
        color_jitter=0.4,
        channel_gain=0.3,
        blur=0.5,
    )

    def run(seed):
        new_image, new_label = augment(
            image, label if has_label else None, seed, options, crop
        )
        return (new_image, new_label) if has_label else (new_image,)

    dataset = tf.data.Dataset.from_tensor_slices(tf.stack(SEEDS)).map(run)
    for seed, mapped in zip(SEEDS, dataset, strict=True):
        eager = run(seed)
        tf.nest.map_structure(np.testing.assert_array_equal, eager, mapped)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": (0, 4)}, r"Expected size as \(height, width\)"),
        ({"crop": (4,)}, r"Expected crop as \(height, width\)"),
        ({"scale_range": (2.0, 1.0)}, r"Expected scale_range as \(low, high\)"),
        ({"scale_range": (0.0, 1.0)}, "0 < low <= high"),
        ({"color_jitter": 1.5}, "Expected 0.0 <= color_jitter <= 0.99"),
        ({"channel_gain": 1.0}, "Expected 0.0 <= channel_gain <= 0.99"),
        ({"blur": 1.5}, "Expected 0.0 <= blur <= 1.0"),
        ({"scale_law": "logs"}, "Did you mean 'log'"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        SampleOptions(**options)
