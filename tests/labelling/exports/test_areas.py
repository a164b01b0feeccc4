"""From outlines and run lengths to pixels."""

import functools

import numpy as np
import pytest
from toy_exports import SIZE
from toy_exports import box
from toy_exports import painted

from tf_advseg.labelling.exports import areas
from tf_advseg.labelling.exports.areas import Area


def area(index, *corners, level=0):
    points = np.array(box(*corners), float).reshape(-1, 2)
    return Area(index, functools.partial(areas.of_polygons, [points]), level)


LARGE, SMALL = area(0, 0, 0, 6, 5), area(1, 1, 1, 3, 3)


@pytest.mark.parametrize("order", [[LARGE, SMALL], [SMALL, LARGE]])
def test_the_smaller_area_lies_on_top_in_any_order(order):
    found = areas.paint(order, SIZE)
    expected = painted((0, (0, 5), (0, 6)), (1, (1, 3), (1, 3)))
    np.testing.assert_array_equal(found.classes, expected)
    assert found.is_labelled.all()
    assert found.num_contested == 2 * 2


def test_a_higher_level_lies_on_top_whatever_its_area():
    top = area(2, 0, 0, 6, 2, level=1)
    found = areas.paint([top, SMALL], SIZE)
    expected = painted((1, (1, 3), (1, 3)), (2, (0, 2), (0, 6)))
    np.testing.assert_array_equal(found.classes, expected)
    assert found.num_contested == 1 * 2


def test_areas_of_one_class_contest_nothing():
    assert not areas.paint([LARGE, area(0, 1, 1, 3, 3)], SIZE).num_contested


def test_what_nobody_outlined_is_not_labelled():
    found = areas.paint([SMALL], SIZE)
    assert found.is_labelled.sum() == 4
    assert not areas.paint([], SIZE).is_labelled.any()


def test_a_polygon_may_reach_beyond_the_image():
    found = areas.paint([area(0, -5, 1, 11, 2)], SIZE)
    expected = painted((0, (1, 2), (0, 6)))
    np.testing.assert_array_equal(found.classes, expected)


@pytest.mark.parametrize(
    "points, message",
    [
        ([[0, 0], [1, 1]], "three points"),
        ([[0, 0], [1, 1], [1e9, 0]], "far from the image"),
        ([[0, 0], [1, 1], [float("nan"), 0]], "far from the image"),
        ([[0, 0], [6, 5]] * 500_000, "longer than"),
    ],
)
def test_a_polygon_that_cannot_be_is_refused(points, message):
    with pytest.raises(ValueError, match=message):
        areas.of_polygons([np.array(points, float)], SIZE)


@pytest.mark.parametrize(
    "counts", [[29], [31], [-1, 31], [2**62] * 4 + [30], [[30]], [20, 2**40]]
)
def test_run_lengths_of_another_size_are_refused(counts):
    with pytest.raises(ValueError, match="run lengths"):
        areas.of_counts(counts, SIZE, down_columns=True)


def test_run_lengths_go_along_rows_or_down_columns():
    row = areas.of_counts([1, 2, 3], (2, 3), down_columns=False)
    np.testing.assert_array_equal(row, [[0, 1, 1], [0, 0, 0]])
    column = areas.of_counts([1, 2, 3], (2, 3), down_columns=True)
    np.testing.assert_array_equal(column, [[0, 1, 0], [1, 0, 0]])
