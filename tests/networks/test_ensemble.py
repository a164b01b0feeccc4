"""One order of steps, and weights that decide."""

import numpy as np
import pytest
import toy_segmenter
from toy_segmenter import BLUE
from toy_segmenter import GREEN
from toy_segmenter import RED

from tf_advseg.networks.ensemble import Ensemble

PIXEL = np.zeros((1, 1, 1, 3), np.float32)
A = toy_segmenter.logits_segmenter(2.0, 0.0, 0.0)
B = toy_segmenter.logits_segmenter(0.0, 3.0, 0.0)


def _class_of(ensemble):
    return int(ensemble.predict_classes(PIXEL, (1, 1))[0, 0, 0])


def test_one_segmenter_predicts_the_class_of_its_largest_logit():
    image = toy_segmenter.paint([[RED, GREEN], [BLUE, RED]])[None]
    ensemble = Ensemble([toy_segmenter.colour_segmenter()])
    found = ensemble.predict_classes(image, (2, 2))
    assert found.numpy().tolist() == [[[RED, GREEN], [BLUE, RED]]]
    assert found.dtype == np.uint8


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (None, GREEN),  # 2, 3
        ((1, 1), GREEN),
        ((3, 1), RED),  # 6, 3
        ((2, 1.5), GREEN),  # 4, 4.5
        ((1, 0), RED),
    ],
)
def test_the_weights_of_an_ensemble_decide(weights, expected):
    assert _class_of(Ensemble([A, B], weights)) == expected


def test_logits_and_probabilities_can_disagree():
    # One very sure model against two that are mildly of another mind.
    sure = toy_segmenter.logits_segmenter(20.0, 0.0, 0.0)
    mild = toy_segmenter.logits_segmenter(0.0, 5.0, 0.0)
    models = [sure, mild, mild]
    # Logits: 20 against 5 + 5. Probabilities: about 1 against 0.99 + 0.99.
    assert _class_of(Ensemble(models, combine="logits")) == RED
    assert _class_of(Ensemble(models, combine="probabilities")) == GREEN


def test_logits_are_resized_with_corners_aligned_before_the_arg_max():
    # Low-resolution logits of the two columns: (0, 2, 0) and (8, 0, 0).
    image = np.array([[[[0, 2, 0], [8, 0, 0]]]], np.float32)
    ensemble = Ensemble([toy_segmenter.colour_segmenter()])
    found = ensemble.predict_classes(image, (1, 5))
    # At t between the columns red is 8 t and green 2 (1 - t): red wins from
    # t = 1 / 5. The output's columns lie at t = 0, 1/4, 2/4, 3/4, 1.
    assert found[0, 0].numpy().tolist() == [GREEN, RED, RED, RED, RED]
    # The second would be green by pixel centres (t = 0.1), and by an arg-max
    # first and nearest after it.


def test_logits_go_to_the_output_size_in_one_step():
    # Logits of every second of six columns; red wins in the middle one only.
    image = np.zeros((1, 1, 6, 3), np.float32)
    image[..., 1] = 9
    image[0, 0, 2, 0] = 10
    ensemble = Ensemble([toy_segmenter.colour_segmenter(stride=2)])
    found = ensemble.predict_classes(image, (1, 7))
    # Red is 10 at the fourth of seven columns and 6.7 beside it. By way of
    # the image's six columns, where it is 8 at most, it would be nowhere.
    expected = [GREEN, GREEN, GREEN, RED, GREEN, GREEN, GREEN]
    assert found[0, 0].numpy().tolist() == expected


def test_entropy_is_zero_for_the_sure_and_one_for_the_unsure():
    models = {
        0.0: toy_segmenter.logits_segmenter(90.0, 0.0, 0.0),
        1.0: toy_segmenter.logits_segmenter(7.0, 7.0, 7.0),
        # Two of three classes, equally likely: log 2 / log 3.
        np.log(2) / np.log(3): toy_segmenter.logits_segmenter(90.0, 90.0, 0.0),
    }
    for expected, model in models.items():
        for combine in ("logits", "probabilities"):
            ensemble = Ensemble([model], combine=combine)
            _, entropy = ensemble.predict_classes_and_entropy(PIXEL, (2, 3))
            assert entropy.shape == (1, 2, 3)
            np.testing.assert_allclose(entropy, expected, atol=1e-5)


def test_equal_models_are_as_sure_as_one_of_them():
    one = Ensemble([A]).predict_classes_and_entropy(PIXEL, (1, 1))[1]
    two = Ensemble([A, A], [5, 5]).predict_classes_and_entropy(PIXEL, (1, 1))
    np.testing.assert_allclose(two[1], one, rtol=1e-6)


def test_a_kept_ensemble_sees_new_weights():
    model = toy_segmenter.colour_segmenter()
    ensemble = Ensemble([model])
    image = toy_segmenter.paint([[RED]])[None]
    assert ensemble.predict_classes(image, (1, 1))[0, 0, 0] == RED
    layer = model.get_layer("main_logits")
    layer.set_weights([layer.get_weights()[0][:, :, ::-1]])
    assert ensemble.predict_classes(image, (1, 1))[0, 0, 0] == BLUE


def test_many_image_sizes_need_few_graphs():
    ensemble = Ensemble([toy_segmenter.colour_segmenter()])
    for side in range(1, 9):
        image = np.zeros((1, side, side + 1, 3), np.float32)
        ensemble.predict_classes(image, (2 * side, side))
    assert ensemble._classes.experimental_get_tracing_count() <= 3
    assert ensemble._logits.experimental_get_tracing_count() <= 3


def test_the_network_is_traced_once_for_all_that_is_read_of_it():
    ensemble = Ensemble([toy_segmenter.colour_segmenter()])
    image = toy_segmenter.paint([[RED]])[None]
    ensemble.predict_classes(image, (1, 1))
    ensemble.predict_classes_and_entropy(image, (1, 1))
    ensemble.predict_all(image, (1, 1))
    assert ensemble._logits.experimental_get_tracing_count() == 1


@pytest.mark.parametrize(
    "weights", [[1], [1, 1, 1], [1, -1], [0, 0], [1, float("nan")]]
)
def test_weights_that_cannot_be_are_an_error(weights):
    with pytest.raises(ValueError, match="Expected 2 weights"):
        Ensemble([A, B], weights)


def test_segmenters_of_other_classes_are_an_error():
    other = toy_segmenter.logits_segmenter(1.0, 2.0)
    with pytest.raises(ValueError, match="these have 3, 2 classes"):
        Ensemble([A, other])


def test_an_empty_ensemble_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        Ensemble([])


def test_an_unknown_combination_is_an_error():
    with pytest.raises(ValueError, match="Did you mean 'logits'"):
        Ensemble([A], combine="logit")
