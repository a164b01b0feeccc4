"""Confusion, IoU and means against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tf_advseg.metrics import iou as metrics

# Two true pixels of class 0 (one seen as 1), three of 1 (one seen as 0),
# none of class 2.
LABELS = np.array([[0, 0, 1], [1, 1, 255]], np.uint8)
PREDICTIONS = np.array([[0, 1, 1], [1, 0, 2]], np.uint8)
CONFUSION = np.array([[1, 1, 0], [1, 2, 0], [0, 0, 0]])


def test_confusion_counts_truth_in_rows_and_predictions_in_columns():
    found = metrics.confusion_matrix(LABELS, PREDICTIONS, 3)
    np.testing.assert_array_equal(found, CONFUSION)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_truth_outside_the_classes_is_dropped(dtype):
    labels = np.array([0, 3, 255, 1]).astype(dtype)
    predictions = np.array([0, 1, 2, 1])
    found = metrics.confusion_matrix(labels, predictions, 3)
    assert found.sum() == 2
    assert found[0, 0] == found[1, 1] == 1


def test_negative_truth_is_dropped():
    labels = np.array([-1, 0], np.int32)
    found = metrics.confusion_matrix(labels, np.array([0, 0]), 2)
    assert found.tolist() == [[1, 0], [0, 0]]


def test_predictions_at_ignored_pixels_do_not_matter():
    other = PREDICTIONS.copy()
    other[1, 2] = 250
    found = metrics.confusion_matrix(LABELS, other, 3)
    np.testing.assert_array_equal(found, CONFUSION)


def test_a_prediction_outside_the_classes_is_an_error():
    with pytest.raises(ValueError, match=r"in \[0, 2\); received ids from 0"):
        metrics.confusion_matrix(np.array([0, 1]), np.array([0, 2]), 2)


def test_shapes_that_differ_are_an_error():
    with pytest.raises(ValueError, match=r"labels \(2, 3\).*\(3, 2\)"):
        metrics.confusion_matrix(LABELS, PREDICTIONS.T, 3)


def test_matrices_of_images_add_up_to_the_matrix_of_the_data_set():
    parts = [
        metrics.confusion_matrix(LABELS[i], PREDICTIONS[i], 3) for i in (0, 1)
    ]
    np.testing.assert_array_equal(sum(parts), CONFUSION)


def test_iou_is_intersection_over_union():
    iou = metrics.iou_per_class(CONFUSION)
    np.testing.assert_allclose(iou[:2], [1 / 3, 2 / 4])


def test_a_class_in_neither_truth_nor_prediction_is_in_no_mean():
    assert np.isnan(metrics.iou_per_class(CONFUSION)[2])
    assert metrics.mean_iou(CONFUSION) == pytest.approx((1 / 3 + 2 / 4) / 2)


def test_a_class_that_is_only_predicted_scores_zero():
    confusion = np.array([[3, 1], [0, 0]])
    np.testing.assert_allclose(metrics.iou_per_class(confusion), [3 / 4, 0])
    assert metrics.mean_iou(confusion) == pytest.approx(3 / 8)


def test_the_mean_of_a_split_without_labels_is_nan_and_silent(recwarn):
    empty = np.zeros((3, 3), int)
    assert np.isnan(metrics.mean_iou(empty))
    assert np.isnan(metrics.pixel_accuracy(empty))
    assert not recwarn.list


def test_pixel_accuracy_is_the_share_of_right_pixels():
    assert metrics.pixel_accuracy(CONFUSION) == pytest.approx(3 / 5)


def test_a_subset_takes_the_mean_over_its_names_only():
    confusion = np.diag([4, 2, 6])
    confusion[1, 0] = 2  # IoU: 4/6, 2/4, 1
    names = ("road", "wall", "car")
    found = metrics.subset_mean_iou(confusion, names, ("road", "car"))
    assert found == pytest.approx((4 / 6 + 1) / 2)


def test_a_subset_with_an_unknown_class_is_an_error():
    with pytest.raises(ValueError, match="Did you mean 'wall'"):
        metrics.subset_mean_iou(np.eye(2), ("road", "wall"), ("walls",))


def test_the_mean_is_of_the_data_set_not_of_its_images():
    # Image 1: class 0 right on 1 pixel. Image 2: class 0 wrong on 3 pixels.
    one = np.array([[1, 0], [0, 0]])
    two = np.array([[0, 3], [0, 0]])
    iou = metrics.iou_per_class(one + two)
    assert iou[0] == pytest.approx(1 / 4)  # and not (1 + 0) / 2


@settings(deadline=None)  # A busy machine is no failure.
@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_the_fast_count_equals_the_plain_one(seed, num_classes):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 256, 50).astype(np.uint8)
    labels[:25] %= num_classes
    predictions = rng.integers(0, num_classes, 50).astype(np.uint8)
    plain = np.zeros((num_classes, num_classes), int)
    for truth, predicted in zip(labels, predictions, strict=True):
        if truth < num_classes:
            plain[truth, predicted] += 1
    found = metrics.confusion_matrix(labels, predictions, num_classes)
    np.testing.assert_array_equal(found, plain)


def test_ids_do_not_overflow_their_eight_bits():
    labels = np.full(4, 254, np.uint8)
    found = metrics.confusion_matrix(labels, labels, 255)
    assert found[254, 254] == found.sum() == 4
