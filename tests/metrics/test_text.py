"""Class subsets, and metrics as text."""

import numpy as np
import pytest

from tf_advseg.datasets.classes.class_subsets import CITYSCAPES_13
from tf_advseg.datasets.classes.class_subsets import CITYSCAPES_16
from tf_advseg.datasets.classes.class_subsets import CITYSCAPES_19
from tf_advseg.datasets.classes.class_subsets import parse_subset
from tf_advseg.datasets.classes.class_subsets import subsets_of
from tf_advseg.metrics import text as metric_text


def test_the_subsets_of_cityscapes_are_the_papers():
    # Train ids of the 13 classes among the 19.
    ids = [CITYSCAPES_19.index(name) for name in CITYSCAPES_13]
    assert ids == [0, 1, 2, 6, 7, 8, 10, 11, 12, 13, 15, 17, 18]
    left_out = set(CITYSCAPES_19) - set(CITYSCAPES_16)
    assert left_out == {"terrain", "truck", "train"}
    assert [len(CITYSCAPES_19), len(CITYSCAPES_16), len(CITYSCAPES_13)] == [
        19,
        16,
        13,
    ]


def test_a_class_set_has_the_subsets_that_it_contains():
    assert list(subsets_of(CITYSCAPES_19)) == [
        "cityscapes19",
        "cityscapes16",
        "cityscapes13",
    ]
    assert subsets_of(("road", "car")) == {}


def test_a_subset_is_given_by_name_or_by_its_classes():
    assert parse_subset("cityscapes13", CITYSCAPES_19) == CITYSCAPES_13
    names = ("road", "bus", "car")
    assert parse_subset("road+car", names) == ("road", "car")


def test_a_subset_with_missing_classes_names_them():
    with pytest.raises(ValueError, match="needs the classes tram, which"):
        parse_subset("road+tram", ("road", "car"))


def test_the_table_shows_percent_with_two_decimals():
    confusion = np.array([[1, 1, 0], [1, 2, 0], [0, 0, 0]])
    table = metric_text.iou_table(
        confusion, ("road", "car", "sky"), {"big": ("road",)}
    )
    assert table.splitlines() == [
        "class              IoU  % of truth",
        "--------------  ------  ----------",
        "road             33.33       40.00",
        "car              50.00       60.00",
        "sky             absent        0.00",
        "--------------  ------  ----------",
        "mean IoU         41.67",  # (33.33 + 50) / 2
        "mean of big      33.33",
        "pixel accuracy   60.00",
    ]


def test_the_confusion_table_is_in_percent_of_the_truth():
    confusion = np.array([[3, 1], [0, 0]])
    table = metric_text.confusion_table(confusion, ("road", "car"))
    rows = [line.split() for line in table.splitlines()[2:]]
    assert rows == [["road", "75.0", "25.0"], ["car", "-", "-"]]
