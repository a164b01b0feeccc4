"""What an artefact is like at home."""

from types import SimpleNamespace

import numpy as np
import pytest

from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.export.artefacts.workshop import Workshop
from tf_advseg.export.edge.network import Prediction
from tf_advseg.export.edge.watching.statistics import Statistics


def _reference(num_classes, predictions):
    """Of a runtime that answers with these pairs, one after the other."""
    answers = iter(predictions)
    home = HomeImages("toys", "train", predictions)
    ensemble = SimpleNamespace(num_classes=num_classes)
    workshop = Workshop(ensemble, {}, home, None)
    return workshop.reference(lambda image: next(answers), home.images)


def test_two_images_by_hand():
    first = np.array([[0, 0, 1], [0, 0, 1]], np.uint8), np.array([[0.2, 0.8]])
    second = np.zeros((2, 3), np.uint8), np.array([[0.4, 0.0]])
    found = _reference(3, [first, second])
    assert (found["domain"], found["split"]) == ("toys", "train")
    assert found["num_images"] == 2
    assert found["mean_entropy"] == pytest.approx((0.5 + 0.2) / 2)
    # Class 0 owns 0.2, 0.4 and 0.0; class 1 owns 0.8; class 2 nothing.
    assert found["entropy_per_class"] == [
        pytest.approx(0.2),
        pytest.approx(0.8),
        None,
    ]
    assert found["class_shares"] == pytest.approx([10 / 12, 2 / 12, 0])


def _images_of(values):
    return [
        (np.zeros((1, 1), np.uint8), np.full((1, 1), value)) for value in values
    ]


def test_bins_hold_equal_shares_of_many_images():
    reference = _reference(2, _images_of(np.linspace(0.1, 0.3, 101)))
    histogram = reference["image_entropy_histogram"]
    assert histogram["edges"][0] == 0 and histogram["edges"][-1] == 1
    assert len(histogram["edges"]) == 11
    np.testing.assert_allclose(histogram["shares"], 0.1, atol=0.02)


def test_bins_of_images_that_are_all_sure_are_small():
    reference = _reference(2, _images_of(np.linspace(0.001, 0.003, 101)))
    histogram = reference["image_entropy_histogram"]
    np.testing.assert_allclose(histogram["shares"], 0.1, atol=0.03)


def test_equal_images_fall_into_one_of_even_bins():
    reference = _reference(2, _images_of([0.25] * 3))
    histogram = reference["image_entropy_histogram"]
    assert histogram["shares"] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_no_image_is_an_error():
    with pytest.raises(ValueError, match="no image"):
        _reference(2, [])


def test_the_exporter_s_reference_is_what_the_device_measures():
    random = np.random.default_rng(0)
    classes = random.integers(0, 4, (30, 16, 24), np.uint8)
    entropies = random.integers(0, 256, (30, 5, 7), np.uint8)
    exported = list(zip(classes, entropies / np.float32(255), strict=True))
    expected = _reference(4, exported)
    measured = Statistics(num_classes=4)
    for one, entropy in zip(classes, entropies, strict=True):
        measured.add([Prediction(one, entropy)])
    seen = measured.to_reference("toys", "train")
    for name in ("mean_entropy", "entropy_per_class", "class_shares"):
        assert seen[name] == pytest.approx(expected[name])
    assert seen["num_images"] == expected["num_images"]
    assert (
        seen["image_entropy_histogram"] == expected["image_entropy_histogram"]
    )
