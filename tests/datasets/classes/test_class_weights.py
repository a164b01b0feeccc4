"""Weights of classes, by hand."""

import numpy as np
import pytest

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes import class_weights


def test_weights_are_those_of_the_formula():
    # Shares 0.98, 0.02 and 0: the third has no part in the mean.
    found = class_weights.balanced(np.array([[90, 2, 0], [8, 0, 0]]))
    rare, mean = 0.04**-0.5, (1.0**-0.5 + 0.04**-0.5) / 2
    assert found[:2] == pytest.approx((1 / mean, rare / mean))
    assert np.mean(found[:2]) == pytest.approx(1)


def test_classes_that_are_alike_weigh_alike():
    assert class_weights.balanced(np.array([7, 7])) == pytest.approx((1, 1))


def test_labels_without_a_pixel_are_reported():
    with pytest.raises(DataError, match="Classes cannot be weighted"):
        class_weights.balanced(np.zeros((3, 2)))
