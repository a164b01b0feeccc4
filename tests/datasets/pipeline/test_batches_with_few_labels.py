"""Labelled target images beside the source's in each batch."""

import numpy as np
import pytest
import tensorflow as tf
from toy_domains import NumberedDomain

from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.pair import FewLabels
from tf_advseg.datasets.pipeline.styles.source_style import SourceStyle

PLAIN = SampleOptions()
RANDOM = SampleOptions(crop=(6, 10), flip=True, color_jitter=0.2)


class Bright(NumberedDomain):
    """Image k is filled with 200 + k, its label with k mod 3."""

    def read_image(self, key):
        super().read_image(key)
        return np.full((*self.size, 3), 200 + int(key), np.uint8)


def batches(count, few_options=PLAIN, few_size=(8, 16), **options):
    arguments = {
        "source_options": PLAIN,
        "target_options": PLAIN,
        "batch_size": 4,
        "seed": 7,
        "target_labels": FewLabels(
            Bright(3, few_size), "train", few_options, 1
        ),
    }
    dataset = pair(
        NumberedDomain(9),
        Bright(5, labels=False),
        **(arguments | options),
    )
    return list(dataset.take(count).as_numpy_iterator())


def assert_equal(first, second):
    assert len(first) == len(second) > 0
    for one, other in zip(first, second, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_they_take_the_place_of_source_images_with_labels_of_their_own():
    for images, labels in batches(4):
        shapes = {name: len(found) for name, found in images.items()}
        assert shapes == {"source": 3, "target_labels": 1, "target": 4}
        assert images["source"].max() < 100 < images["target_labels"].min()
        for name in ("source", "target_labels"):
            numbers = images[name][..., 0].astype(int) % 100
            np.testing.assert_array_equal(labels[name], numbers % 3)


def test_each_comes_once_before_any_comes_again():
    shown = [images["target_labels"].max() for images, _ in batches(6)]
    assert sorted(shown[:3]) == sorted(shown[3:]) == [200, 201, 202]


def test_the_target_is_what_it_is_without_them():
    plain = batches(3, target_labels=None)
    for (ours, _), (theirs, _) in zip(batches(3), plain, strict=True):
        np.testing.assert_array_equal(ours["target"], theirs["target"])


def test_they_have_a_size_of_their_own():
    images, labels = batches(1, few_size=(10, 12))[0]
    assert images["target_labels"].shape == (1, 10, 12, 3)
    assert labels["target_labels"].shape == (1, 10, 12)
    assert images["source"].shape == (3, 8, 16, 3)


def test_a_later_start_meets_the_same_batches():
    whole = batches(5, RANDOM, source_options=RANDOM)
    later = batches(2, RANDOM, source_options=RANDOM, start=3)
    assert_equal(whole[3:], later)


def test_the_source_takes_the_targets_style_and_they_do_not():
    style = SourceStyle("colour_statistics", share=1.0)
    plain = batches(3, RANDOM)
    styled = batches(3, RANDOM, source_style=style)
    for (before, _), (after, _) in zip(plain, styled, strict=True):
        assert after["source"].min() >= 200 > before["source"].max()
        np.testing.assert_array_equal(
            before["target_labels"], after["target_labels"]
        )


def test_two_workers_together_see_the_batches_of_one():
    few = FewLabels(Bright(3), "train", PLAIN, 2)
    whole = batches(2, target_labels=few)
    halves = [
        batches(2, target_labels=few, share=BatchShare(index, 2))
        for index in range(2)
    ]
    for number, (images, labels) in enumerate(whole):
        parts = [half[number] for half in halves]
        for name, one in images.items():
            joined = np.concatenate([part[0][name] for part in parts])
            np.testing.assert_array_equal(one, joined)
        assert set(labels) == {"source", "target_labels"}


@pytest.mark.parametrize("count", [0, 4])
def test_a_batch_without_either_kind_is_refused(count):
    few = FewLabels(Bright(3), "train", PLAIN, count)
    with pytest.raises(ValueError, match="count of target labels"):
        batches(1, target_labels=few)
