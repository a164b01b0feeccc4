"""One pass of a toy segmenter: counts an image, entropies, agreement."""

import numpy as np
import pytest
import toy_segmenter
from toy_domain import ToyDomain
from toy_segmenter import CLASSES
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import paint

from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.evaluation.loop import spread
from tf_advseg.networks.ensemble import Ensemble

MODEL = toy_segmenter.colour_segmenter()
IMAGES = [
    paint([[RED, RED], [GREEN, GREEN]]),
    paint([[RED, GREEN, GREEN]]),
    np.zeros((2, 2, 3), np.uint8),
]
LABELS = [
    np.array([[RED, GREEN], [GREEN, GREEN]], np.uint8),
    np.array([[GREEN, GREEN, 255]], np.uint8),
    np.array([[RED, RED], [GREEN, 255]], np.uint8),
]


def measured(images=IMAGES, labels=LABELS, **options):
    domain = ToyDomain(CLASSES, images, labels)
    options = {"size": None, "faults": FaultLog(), **options}
    return measure(Ensemble([MODEL]), domain, "val", **options)


def test_the_sums_are_those_of_the_evaluation():
    found = measured()
    domain = ToyDomain(CLASSES, IMAGES, LABELS)
    whole = evaluate_segmenter(Ensemble([MODEL]), domain, "val", size=None)
    np.testing.assert_array_equal(found.truth.confusion, whole.confusion)
    assert found.truth.miou == pytest.approx(whole.miou)


def test_counts_are_kept_image_by_image():
    found = measured()
    # Image 0: red 1 of 1 true, 2 predicted; green 2 of 3 true, 2 predicted.
    assert found.truth.counts[0].tolist() == [[1, 2, 0], [1, 3, 0], [2, 2, 0]]
    assert found.truth.image_mious[0] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_equal_logits_are_unsure_and_pure_colours_sure():
    found = measured()
    entropies = list(found.entropies.values())
    np.testing.assert_allclose(entropies, [0, 0, 1], atol=1e-6)
    assert found.entropy_histogram[[0, -1]].tolist() == [4 + 3, 4]
    bins = found.truth.reliability
    # Black has three classes at 1/3 each; the first, red, is predicted.
    assert bins.counts[-1] == 6
    assert bins.counts.sum() == 9
    assert bins.correct.sum() == 3 + 1 + 2


def test_without_labels_the_rest_is_still_known():
    found = measured(labels=None)
    assert found.truth is None
    np.testing.assert_allclose(found.class_shares, [7 / 11, 4 / 11, 0])


def test_a_corrupt_image_is_left_out_and_named():
    found = measured([IMAGES[0], "broken!"], LABELS[:2])
    assert found.keys == ("0",)
    assert found.faults == {"1": "broken!"}


def test_a_limit_takes_evenly_spread_images():
    assert measured(limit=2).keys == ("0", "2")
    assert measured(limit=2).num_in_split == 3
    assert spread("abc", 0) == ["a", "b", "c"]
