import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.datasets.pipeline.styles.colour_statistics import from_lab
from tf_advseg.datasets.pipeline.styles.colour_statistics import move_colours
from tf_advseg.datasets.pipeline.styles.colour_statistics import to_lab

# The sRGB colours of the CIELAB literature: L, a, b to two digits.
KNOWN = {
    (255, 255, 255): (100.0, 0.0, 0.0),
    (0, 0, 0): (0.0, 0.0, 0.0),
    (119, 119, 119): (50.03, 0.0, 0.0),
    (255, 0, 0): (53.24, 80.09, 67.20),
    (0, 255, 0): (87.73, -86.18, 83.18),
    (0, 0, 255): (32.30, 79.19, -107.86),
}


def noise(low, high, size=(16, 24), seed=0):
    """Colours between two, each channel by itself."""
    rng = np.random.default_rng(seed)
    return tf.constant(rng.uniform(low, high, (*size, 3)), tf.uint8)


def statistics(image):
    lab = to_lab(tf.cast(tf.round(image), tf.uint8)).numpy()
    return lab.mean(axis=(0, 1)), lab.std(axis=(0, 1))


@pytest.mark.parametrize("rgb", KNOWN)
def test_lab_is_what_the_tables_say(rgb):
    lab = to_lab(tf.constant([[rgb]], tf.uint8)).numpy()[0, 0]
    np.testing.assert_allclose(lab - [16, 0, 0], KNOWN[rgb], atol=0.02)


def test_lab_and_back_is_the_image():
    image = noise(0, 255)
    np.testing.assert_allclose(from_lab(to_lab(image)), image, atol=0.01)


def test_an_image_takes_mean_and_deviation_of_the_other():
    image, other = noise(90, 160), noise([60, 80, 100], [120, 160, 140], seed=1)
    for found, wanted in zip(
        statistics(move_colours(image, other)), statistics(other), strict=True
    ):
        np.testing.assert_allclose(found, wanted, atol=0.2)


def test_the_formula_is_reinhards_in_numpy():
    image, other = noise(90, 160), noise(60, 140, (5, 7), seed=1)
    ours, theirs = to_lab(image).numpy(), to_lab(other).numpy()
    moved = (ours - ours.mean((0, 1))) * theirs.std((0, 1)) / ours.std((0, 1))
    expected = from_lab(tf.constant(moved + theirs.mean((0, 1))))
    np.testing.assert_allclose(move_colours(image, other), expected, atol=0.02)


def test_an_image_keeps_its_own_colours():
    image = noise(20, 230)
    np.testing.assert_allclose(move_colours(image, image), image, atol=0.02)


def test_an_image_of_one_colour_takes_the_mean():
    image = tf.fill((4, 4, 3), tf.constant(120, tf.uint8))
    other = tf.fill((2, 2, 3), tf.constant(50, tf.uint8))
    np.testing.assert_allclose(move_colours(image, other), 50, atol=0.02)
