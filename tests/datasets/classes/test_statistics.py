import json

import numpy as np
import pytest
from toy_domains import CLASSES
from toy_domains import NumberedDomain

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import ClassStatistics
from tf_advseg.datasets import class_statistics
from tf_advseg.datasets.classes.statistics import evenly_spaced


class Labelled(NumberedDomain):
    """Labels given as lists of rows."""

    def __init__(self, *labels):
        super().__init__(len(labels))
        self.given = [np.array(label, np.uint8) for label in labels]

    def read_label(self, key):
        return self.given[int(key)]


def test_ratios_and_sizes_of_a_worked_example():
    domain = Labelled([[0, 0, 0, 1]], [[0, 1, 1, 255]])
    statistics = class_statistics(domain, "train")
    # Of 7 labelled pixels 4 are road and 3 car; no image shows the sky.
    np.testing.assert_allclose(statistics.ratios, [4 / 7, 3 / 7, 0])
    # Road covers 3/4 and 1/3 of the labelled pixels, car 1/4 and 2/3.
    low, high = 1 / 3, 3 / 4
    np.testing.assert_allclose(
        statistics.size_low,
        [low + 0.1 * (high - low), 1 / 4 + 0.1 * (2 / 3 - 1 / 4), 0],
    )
    np.testing.assert_allclose(
        statistics.size_mean, [(low + high) / 2, (1 / 4 + 2 / 3) / 2, 0]
    )
    np.testing.assert_allclose(
        statistics.size_high,
        [low + 0.9 * (high - low), 1 / 4 + 0.9 * (2 / 3 - 1 / 4), 0],
    )
    assert statistics.class_names == CLASSES.names
    assert statistics.num_images == 2


def test_sizes_are_over_the_images_that_contain_the_class():
    domain = Labelled([[0, 1]], [[0, 0]], [[0, 0]])
    statistics = class_statistics(domain, "train")
    assert statistics.size_mean[1] == 1 / 2


def test_an_ignored_image_counts_for_nothing():
    domain = Labelled([[0, 1]], [[255, 255]])
    statistics = class_statistics(domain, "train")
    np.testing.assert_allclose(statistics.ratios, [1 / 2, 1 / 2, 0])


def test_at_most_max_images_are_read():
    domain = Labelled([[0, 0]], [[1, 1]], [[0, 0]], [[1, 1]])
    statistics = class_statistics(domain, "train", max_images=2)
    assert statistics.ratios.tolist() == [1, 0, 0]
    assert statistics.num_images == 2


def test_evenly_spaced_keys_span_the_whole_split():
    assert evenly_spaced(list("abcdefghij"), 3) == ["a", "d", "g"]
    assert evenly_spaced(["a", "b"], 5) == ["a", "b"]


def test_statistics_survive_json():
    statistics = class_statistics(Labelled([[0, 1]]), "train")
    read = ClassStatistics.from_dict(json.loads(statistics.to_json()))
    assert read.to_dict() == statistics.to_dict()
    np.testing.assert_array_equal(read.ratios, statistics.ratios)


def test_a_split_without_labels_is_refused():
    with pytest.raises(DataError, match="'train' of 'numbered' has no labels"):
        class_statistics(NumberedDomain(labels=False), "train")


def test_labels_that_are_ignored_entirely_are_refused():
    with pytest.raises(DataError, match="All pixels of split 'train'"):
        class_statistics(Labelled([[255, 255]]), "train")
