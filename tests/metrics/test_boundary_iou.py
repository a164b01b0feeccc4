"""Boundary IoU by hand, and against plain erosion."""

import numpy as np
import pytest

from tf_advseg.metrics.boundary_iou import boundary_counts
from tf_advseg.metrics.boundary_iou import boundary_iou
from tf_advseg.metrics.boundary_iou import near_outline


def eroded(mask, pixels):
    """The mask shrunk by a square, one pixel at a time; outside is empty."""
    for _ in range(pixels):
        grown = np.pad(mask, 1)
        shifts = [
            grown[y : y + mask.shape[0], x : x + mask.shape[1]]
            for y in range(3)
            for x in range(3)
        ]
        mask = np.all(shifts, axis=0)
    return mask


@pytest.mark.parametrize("pixels", [1, 2, 5])
def test_outlines_are_what_erosion_takes_away(pixels):
    coarse = np.random.default_rng(pixels).integers(0, 3, (5, 6))
    class_map = np.kron(coarse, np.ones((7, 7), int))
    found = near_outline(class_map, pixels)
    for index in range(3):
        mask = class_map == index
        np.testing.assert_array_equal(
            found & mask, mask & ~eroded(mask, pixels)
        )


def test_the_right_prediction_scores_one():
    labels = np.zeros((20, 30), np.uint8)
    labels[5:15, 10:20] = 1
    counts = boundary_counts(labels, labels, 3)
    np.testing.assert_allclose(boundary_iou(counts), [1, 1, np.nan])


def test_a_shifted_square_by_hand():
    # One row and d = 1 pixel would make all of it outline; so a thick band.
    labels = np.zeros((9, 9), np.uint8)
    labels[2:7, 2:7] = 1
    shifted = np.roll(labels, 1, axis=1)
    counts = boundary_counts(labels, shifted, 2, distance=0.01)
    # Rings of 16 pixels each. Shared: 4 of the top row, 4 of the bottom row;
    # the columns in between lie side by side.
    assert counts[:, 1].tolist() == [8, 16 + 16 - 8]


def test_large_objects_are_judged_by_their_outline():
    labels = np.zeros((100, 100), np.uint8)
    labels[20:80, 20:80] = 1
    small = np.zeros_like(labels)
    small[23:77, 23:77] = 1
    both = (labels & small).sum() / (labels | small).sum()
    counts = boundary_counts(labels, small, 2, distance=0.02)
    assert both > 0.8
    assert boundary_iou(counts)[1] < 0.5


def test_unlabelled_pixels_do_not_count():
    labels = np.zeros((20, 20), np.uint8)
    labels[:, 10:] = 255
    prediction = np.zeros_like(labels)
    prediction[:, 10:] = 1
    counts = boundary_counts(labels, prediction, 2)
    np.testing.assert_allclose(boundary_iou(counts), [1, np.nan])
