"""Evaluation and label-free observation of toy segmenters."""

import json

import numpy as np
import pytest
import toy_segmenter
from toy_domain import ToyDomain
from toy_segmenter import BLUE
from toy_segmenter import CLASSES
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import paint

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import Mixture
from tf_advseg.datasets.classes.class_subsets import CITYSCAPES_19
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.networks.ensemble import Ensemble

MODEL = toy_segmenter.colour_segmenter()
IMAGES = [
    paint([[RED, RED], [GREEN, GREEN]]),
    paint([[RED, GREEN, GREEN]]),
]
# Image 0: one of two reds right. Image 1: green, green; the last is ignored.
LABELS = [
    np.array([[RED, GREEN], [GREEN, GREEN]], np.uint8),
    np.array([[GREEN, GREEN, 255]], np.uint8),
]
CONFUSION = [[1, 0, 0], [2, 3, 0], [0, 0, 0]]


def _evaluate(domain, **options):
    options = {"size": None, **options}
    return evaluate_segmenter(Ensemble([MODEL]), domain, "val", **options)


@pytest.mark.parametrize("batch_size", [1, 2, 7])
def test_the_confusion_of_a_split_is_counted_by_pixels(batch_size):
    images = [IMAGES[0], *IMAGES, IMAGES[1]]
    labels = [LABELS[0], *LABELS, LABELS[1]]
    domain = ToyDomain(CLASSES, images, labels)
    result = _evaluate(domain, batch_size=batch_size)
    np.testing.assert_array_equal(result.confusion, 2 * np.array(CONFUSION))
    assert result.num_images == 4


def test_the_results_follow_from_the_confusion():
    result = _evaluate(ToyDomain(CLASSES, IMAGES, LABELS))
    np.testing.assert_array_equal(result.confusion, CONFUSION)
    np.testing.assert_allclose(result.iou, [1 / 3, 3 / 5, np.nan])
    assert result.miou == pytest.approx((1 / 3 + 3 / 5) / 2)
    assert result.accuracy == pytest.approx(4 / 6)
    found = result.subset_mious({"warm": ("red", "blue")})
    assert found == {"warm": pytest.approx(1 / 3)}


def two_domains(labelled=True):
    labels = [[label] if labelled else None for label in LABELS]
    day, night = (
        ToyDomain(CLASSES, [image], one)
        for image, one in zip(IMAGES, labels, strict=True)
    )
    day.name, night.name = "day", "night"
    return Mixture([day, night])


def test_several_domains_have_a_score_each_and_one_together():
    result = _evaluate(two_domains())
    np.testing.assert_array_equal(result.confusion, CONFUSION)
    assert result.num_images == 2
    day, night = result.parts["day"], result.parts["night"]
    np.testing.assert_array_equal(day.confusion[1], [1, 2, 0])
    np.testing.assert_array_equal(night.confusion[1], [1, 1, 0])
    assert (day.num_images, night.num_images) == (1, 1)
    again = Evaluation.from_dict(json.loads(result.to_json()))
    assert again.parts["night"].miou == night.miou
    assert again.table() == result.table()
    assert "night" in result.table()


@pytest.mark.parametrize("parts", [[1], {"day": 1}, {"day": {}}, 3])
def test_scores_of_domains_that_are_none_are_refused(parts):
    facts = _evaluate(two_domains()).to_dict() | {"domains": parts}
    with pytest.raises((LookupError, TypeError, ValueError)):
        Evaluation.from_dict(facts)


def test_a_corrupt_image_is_its_domain_s():
    day = ToyDomain(CLASSES, [IMAGES[0], "'1' is empty."], LABELS)
    day.name = "day"
    both = Mixture([day, two_domains().parts[1].domain])
    result = _evaluate(both, faults=FaultLog())
    assert [*result.faults] == ["day/1"] == [*result.parts["day"].faults]
    assert result.parts["night"].faults == {}


def test_what_is_measured_of_several_domains_adds_up():
    found = measure(Ensemble([MODEL]), two_domains(), "val", size=None)
    evaluated = _evaluate(two_domains())
    parts = found.of_parts()
    assert [*parts] == ["day", "night"]
    for name, (count, entropy, miou) in parts.items():
        assert count == 1
        assert miou == pytest.approx(evaluated.parts[name].miou)
        assert entropy == found.entropies[f"{name}/0"]
    bare = measure(Ensemble([MODEL]), two_domains(False), "val", size=None)
    assert [miou for _, _, miou in bare.of_parts().values()] == [None, None]


def test_labels_are_compared_at_their_own_size():
    # The network sees 1 x 2 pixels; the label has 2 x 4.
    image = paint([[RED, RED, BLUE, BLUE]] * 2)
    label = np.array([[RED, RED, BLUE, BLUE]] * 2, np.uint8)
    result = _evaluate(ToyDomain(CLASSES, [image], [label]), size=(1, 2))
    assert result.confusion.sum() == 8
    assert result.size == (1, 2)
    # Red and blue meet in the middle of the corners-aligned resize.
    np.testing.assert_array_equal(np.diag(result.confusion), [4, 0, 4])


def test_an_ensemble_is_weighted():
    red = toy_segmenter.colour_segmenter((1, 0, 0))
    green = toy_segmenter.colour_segmenter((0, 1, 0))
    image = np.full((1, 1, 3), 90, np.uint8)
    domain = ToyDomain(CLASSES, [image], [np.array([[RED]], np.uint8)])
    for weights, expected in (((2, 1), RED), ((1, 2), GREEN)):
        ensemble = Ensemble([red, green], weights)
        result = evaluate_segmenter(ensemble, domain, "val", size=None)
        assert result.confusion[RED, expected] == 1


def test_a_corrupt_image_ends_an_evaluation_that_keeps_no_log():
    domain = ToyDomain(CLASSES, [IMAGES[0], "broken!"], LABELS)
    with pytest.raises(DataError, match="broken!"):
        _evaluate(domain)


def test_a_corrupt_image_is_left_out_and_named():
    domain = ToyDomain(CLASSES, [*IMAGES, "broken!"], [*LABELS, LABELS[0]])
    result = _evaluate(domain, faults=FaultLog())
    np.testing.assert_array_equal(result.confusion, CONFUSION)
    assert result.num_images == 2
    assert result.faults == {"2": "broken!"}


def test_a_split_without_labels_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match=r"has no labels.*measure"):
        _evaluate(ToyDomain(CLASSES, IMAGES))


def test_other_classes_are_an_error():
    two = ClassSet("two", ("a", "b"), ((0, 0, 0), (9, 9, 9)))
    with pytest.raises(ValueError, match="predicts 3 classes, but class set"):
        _evaluate(ToyDomain(two, IMAGES, LABELS))


def test_the_json_has_every_number_and_null_for_absent_classes():
    result = _evaluate(ToyDomain(CLASSES, IMAGES, LABELS))
    found = json.loads(result.to_json())
    assert found["iou"]["green"] == pytest.approx(3 / 5)
    assert found["iou"]["blue"] is None
    assert found["confusion"] == CONFUSION
    assert found["num_images"] == 2


def test_the_csv_has_names_and_pixel_counts():
    result = _evaluate(ToyDomain(CLASSES, IMAGES, LABELS))
    assert result.confusion_csv().splitlines() == [
        "truth\\predicted,red,green,blue",
        "red,1,0,0",
        "green,2,3,0",
        "blue,0,0,0",
    ]


def test_cityscapes_gets_its_three_means_from_one_pass():
    classes = ClassSet("cityscapes19", CITYSCAPES_19, ((1, 2, 3),) * 19)
    model = toy_segmenter.colour_segmenter(num_classes=19)
    # Road right; sidewalk predicted where the truth is terrain (train id 9).
    domain = ToyDomain(
        classes, [paint([[0, 1]])], [np.array([[0, 9]], np.uint8)]
    )
    result = evaluate_segmenter(Ensemble([model]), domain, "val", size=None)
    # IoU: road 1, sidewalk 0, terrain 0, all others absent.
    assert result.subset_mious() == {
        "cityscapes19": pytest.approx(1 / 3),
        "cityscapes16": pytest.approx(1 / 2),
        "cityscapes13": pytest.approx(1 / 2),
    }
    assert "mean of cityscapes16" in result.table()


def test_observing_needs_no_labels_and_reads_none():
    domain = ToyDomain(CLASSES, IMAGES)
    found = measure(Ensemble([MODEL]), domain, "val", size=None)
    assert found.predicted_pixels.tolist() == [3, 4, 0]
    np.testing.assert_allclose(found.class_shares, [3 / 7, 4 / 7, 0])
    assert found.to_dict()["class_shares"]["green"] == pytest.approx(4 / 7)


def test_labels_that_exist_are_not_read_to_measure():
    domain = ToyDomain(CLASSES, IMAGES)
    domain.has_labels = lambda split: True
    found = measure(
        Ensemble([MODEL]), domain, "val", with_labels=False, size=None
    )
    assert found.predicted_pixels.sum() == 7


def test_the_entropy_of_each_image_is_its_mean_over_pixels():
    # A black pixel gives equal logits: entropy 1. A pure one: 0.
    half = np.array([[[0, 0, 0], [255, 0, 0]]], np.uint8)
    domain = ToyDomain(CLASSES, [half, paint([[RED]])])
    found = measure(Ensemble([MODEL]), domain, "val", size=None)
    assert found.entropies == {
        "0": pytest.approx(0.5, abs=1e-6),
        "1": pytest.approx(0, abs=1e-6),
    }
    assert found.mean_entropy == pytest.approx(0.25, abs=1e-6)
