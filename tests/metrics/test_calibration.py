"""Reliability by hand."""

import dataclasses

import numpy as np
import pytest

from tf_advseg.metrics.calibration import Reliability
from tf_advseg.metrics.calibration import reliability


def test_the_error_is_the_weighted_gap_of_the_bins():
    # Bin 3 of 4 ([0.5, 0.75)): 0.6, 0.6, one of two right: gap 0.1.
    # Bin 4: 0.9, 1.0, both right: gap 0.05.
    found = reliability(
        np.array([[0, 0, 1, 1]]),
        np.array([[0, 1, 1, 1]]),
        np.array([[0.6, 0.6, 0.9, 1.0]]),
        num_classes=2,
        num_bins=4,
    )
    assert found.counts.tolist() == [0, 0, 2, 2]
    np.testing.assert_allclose(found.accuracy, [np.nan, np.nan, 0.5, 1])
    np.testing.assert_allclose(
        found.mean_confidence, [np.nan, np.nan, 0.6, 0.95]
    )
    assert found.expected_error == pytest.approx(0.5 * 0.1 + 0.5 * 0.05)
    assert found.overconfidence == pytest.approx(3.1 / 4 - 3 / 4)


def test_ignored_pixels_do_not_count():
    found = reliability(
        np.array([255, 0]), np.array([0, 0]), np.array([0.2, 1.0]), 2
    )
    assert found.counts.sum() == 1
    assert found.expected_error == 0


def test_images_add_up_as_if_they_were_one():
    labels = np.random.default_rng(0).integers(0, 3, (2, 50))
    predictions = np.random.default_rng(1).integers(0, 3, (2, 50))
    sure = np.random.default_rng(2).random((2, 50))
    whole = reliability(labels, predictions, sure, 3)
    parts = [
        reliability(labels[i], predictions[i], sure[i], 3) for i in range(2)
    ]
    added = Reliability(*np.add(*map(dataclasses.astuple, parts)))
    assert added.expected_error == pytest.approx(whole.expected_error)


def test_nothing_counted_is_not_a_number():
    assert np.isnan(Reliability(*np.zeros((3, 15))).expected_error)
