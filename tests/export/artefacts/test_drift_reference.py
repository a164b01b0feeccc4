"""What an artefact is like at home."""

import numpy as np
import pytest

from tf_advseg.export.artefacts.drift_reference import ReferenceCounter
from tf_advseg.export.artefacts.drift_reference import classes_at


def test_entropies_belong_to_the_classes_at_aligned_corners():
    classes = np.arange(15, dtype=np.uint8).reshape(3, 5)
    np.testing.assert_array_equal(
        classes_at(classes, (2, 3)), [[0, 2, 4], [10, 12, 14]]
    )
    np.testing.assert_array_equal(classes_at(classes, (3, 5)), classes)


def test_two_images_by_hand():
    counter = ReferenceCounter(3)
    counter.add(
        np.array([[0, 0, 1], [0, 0, 1]], np.uint8), np.array([[0.2, 0.8]])
    )
    counter.add(np.zeros((2, 3), np.uint8), np.array([[0.4, 0.0]]))
    found = counter.reference("toys", "train")
    assert found["num_images"] == 2
    assert found["mean_entropy"] == pytest.approx((0.5 + 0.2) / 2)
    # Class 0 owns 0.2, 0.4 and 0.0; class 1 owns 0.8; class 2 nothing.
    assert found["entropy_per_class"] == [
        pytest.approx(0.2),
        pytest.approx(0.8),
        None,
    ]
    assert found["class_shares"] == pytest.approx([10 / 12, 2 / 12, 0])


def test_bins_hold_equal_shares_of_many_images():
    counter = ReferenceCounter(2)
    for value in np.linspace(0.1, 0.3, 101):
        counter.add(np.zeros((1, 1), np.uint8), np.full((1, 1), value))
    histogram = counter.reference("toys", "train")["image_entropy_histogram"]
    assert histogram["edges"][0] == 0 and histogram["edges"][-1] == 1
    assert len(histogram["edges"]) == 11
    np.testing.assert_allclose(histogram["shares"], 0.1, atol=0.02)


def test_equal_images_fall_into_one_of_even_bins():
    counter = ReferenceCounter(2)
    for _ in range(3):
        counter.add(np.zeros((1, 1), np.uint8), np.full((1, 1), 0.25))
    histogram = counter.reference("toys", "train")["image_entropy_histogram"]
    assert histogram["shares"] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_no_image_is_an_error():
    with pytest.raises(ValueError, match="no image"):
        ReferenceCounter(2).reference("toys", "train")
