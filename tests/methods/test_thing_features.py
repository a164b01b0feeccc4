"""Which cells are of things, and how far their features have gone."""

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.methods.thing_features import cells_of_things
from tf_advseg.methods.thing_features import distance
from tf_advseg.methods.thing_features import thing_ids


def test_a_cell_is_of_a_thing_if_three_quarters_of_it_are():
    """Cells of 2x2: three of four pixels are enough, of one thing alone."""
    labels = tf.constant(
        [[[1, 1, 1, 1, 1, 2, 0, 0], [1, 255, 0, 255, 2, 1, 0, 0]]]
    )
    found = cells_of_things(labels, (1, 2), tf.constant([1, 4]))
    assert found.numpy().tolist() == [[[True, False, False, False]]]
    found = cells_of_things(labels, (0,), tf.constant([1, 4]))
    assert found.numpy().tolist() == [[[False, False, False, True]]]


def test_cells_need_not_divide_the_image():
    labels = tf.ones((1, 33, 70), tf.int32)
    found = cells_of_things(labels, (1,), tf.constant([2, 3]))
    assert found.shape == (1, 2, 3) and found.numpy().all()


def test_the_distance_is_a_mean_of_lengths_over_things_and_images():
    """Lengths 5 and 1 in one image, 2 in another, a third without things."""
    features = tf.constant([[[[3.0, 4.0], [1.0, 0.0], [9.0, 9.0]]]] * 3)
    anchors = tf.zeros_like(features)
    features = tf.concat([features[:1], features[1:2] * 2, features[2:]], 0)
    is_thing = tf.constant(
        [[[True, True, False]], [[False, True, False]], [[False] * 3]]
    )
    found = distance(features, anchors, is_thing)
    assert float(found) == pytest.approx(((5 + 1) / 2 + 2 + 0) / 3)


def test_features_that_are_imagenets_have_a_slope_of_nothing():
    features = tf.Variable(tf.ones((1, 2, 2, 3)))
    with tf.GradientTape() as tape:
        found = distance(
            features, tf.ones((1, 2, 2, 3)), tf.fill((1, 2, 2), True)
        )
    np.testing.assert_array_equal(tape.gradient(found, features), 0)


def test_things_are_cityscapes_or_those_that_are_named():
    names = ("road", "car", "tree", "bus")
    assert thing_ids((), names) == (1, 3)
    assert thing_ids(("tree",), names) == (2,)
    with pytest.raises(ValueError, match="horse is among the classes road"):
        thing_ids(("horse",), names)
    with pytest.raises(ValueError, match="no thing is among the classes road"):
        thing_ids((), ("road", "tree"))
