"""Class names and colours where only their number is known."""

import pytest

from tf_advseg.conversion.classes import class_set_of


@pytest.mark.parametrize("num_classes", [19, 16, 13])
def test_the_papers_numbers_mean_cityscapes_classes(num_classes):
    classes = class_set_of(num_classes)
    assert classes.name == f"cityscapes{num_classes}"
    assert classes.names[0] == "road"
    assert classes.palette[0] == (128, 64, 128)
    assert classes.names[-1] == "bicycle"
    assert classes.palette[-1] == (119, 11, 32)


def test_other_numbers_get_generic_names_and_distinct_colours():
    classes = class_set_of(21)
    assert classes.names[20] == "class_20"
    assert len(set(classes.palette)) == 21


def test_given_names_win():
    classes = class_set_of(2, "road, grass")
    assert classes.names == ("road", "grass")
    with pytest.raises(ValueError, match="has 3 classes; received 2 names"):
        class_set_of(3, "road,grass")
