"""A sliding window: what it sees, put together, is the image."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import toy_segmenter

from tf_advseg.evaluation import bands
from tf_advseg.evaluation import windows
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import Window
from tf_advseg.networks.views import views_of
from tf_advseg.settings.evaluate import EvaluateSettings

IMAGE = np.random.default_rng(0).uniform(0, 9, (2, 11, 17, 3)).astype("float32")


def _mean_of_the_window() -> keras.Model:
    """Adds to each pixel the mean of all that it is shown."""
    images = keras.Input((None, None, 3), name="images")
    mean = keras.layers.GlobalAveragePooling2D(keepdims=True)(images)
    scores = keras.layers.Add(name="main_logits")([images, mean])
    return keras.Model(images, {"main": scores})


def _by_hand(image, size, stride):
    """Windows as mmsegmentation lays them, one after the other."""
    total, times = np.zeros_like(image), np.zeros_like(image)
    height, width = image.shape[1:3]
    for top in range(-(-max(height - size[0], 0) // stride[0]) + 1):
        for left in range(-(-max(width - size[1], 0) // stride[1]) + 1):
            y = max(min(top * stride[0], height - size[0]), 0)
            x = max(min(left * stride[1], width - size[1]), 0)
            part = slice(y, y + size[0]), slice(x, x + size[1])
            seen = image[:, *part]
            total[:, *part] += seen + seen.mean((1, 2), keepdims=True)
            times[:, *part] += 1
    return total / times


@pytest.mark.parametrize("band", [1, 300, 10**6])
@pytest.mark.parametrize("size", [(4, 6), (11, 6), (20, 6), (10, 16)])
def test_overlapping_windows_are_averaged(size, band):
    ensemble = Ensemble([_mean_of_the_window()], window=Window(size, 0.5))
    expected = _by_hand(IMAGE, size, (min(size[0], 11) // 2, size[1] // 2))
    classes, _, confidence = bands.in_bands(
        ensemble, IMAGE, (11, 17), bands.CONFIDENCES, band
    )
    np.testing.assert_array_equal(classes, expected.argmax(-1))
    chances = tf.nn.softmax(expected).numpy().max(-1)
    np.testing.assert_allclose(confidence, chances, atol=1e-5)


@pytest.mark.parametrize("views", [PLAIN, views_of((1.0,), True)])
@pytest.mark.parametrize("combine", ["logits", "probabilities"])
def test_of_what_needs_no_context_windows_are_the_whole(views, combine):
    models = [toy_segmenter.colour_segmenter((f, 1, 1)) for f in (1, 2)]
    whole = Ensemble(models, combine=combine, views=views)
    window = Window((5, 7), 0.3)
    slid = Ensemble(models, combine=combine, views=views, window=window)
    expected = bands.predict(whole, IMAGE, (11, 17), bands.CONFIDENCES)
    found = bands.predict(slid, IMAGE, (11, 17), bands.CONFIDENCES)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_each_scale_has_windows_of_its_own():
    model = toy_segmenter.colour_segmenter()
    image = toy_segmenter.paint([[0] * 8 + [1] * 8 + [2] * 8] * 20)[None]
    ensemble = Ensemble(
        [model], views=views_of((1.0, 1.5), True), window=Window((20, 24), 0.5)
    )
    sizes = [look.shape for _, look in windows.sliding(ensemble, image)]
    assert sizes == [(20, 24)] * 2 + [(30, 36)] * 2
    (found,) = bands.predict(ensemble, image, (20, 24), bands.CLASSES)
    np.testing.assert_array_equal(found[0], image[0].argmax(-1))


def test_a_window_over_all_is_the_whole_to_the_bit():
    models = [_mean_of_the_window()]
    expected = bands.predict(Ensemble(models), IMAGE, (30, 40), 3)
    found = bands.predict(
        Ensemble(models, window=Window((11, 20))), IMAGE, (30, 40), 3
    )
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_last_window_is_moved_to_the_border():
    assert Window((4, 4), 0).starts((9, 3)) == ([0, 4, 5], [0])


def test_rows_of_windows_are_forgotten():
    ensemble = Ensemble([_mean_of_the_window()], window=Window((2, 17), 0.5))
    ((_, look),) = windows.sliding(ensemble, IMAGE)
    for row in range(11):
        look.logits(0, (11, 17), row, 1)
        assert len(look._seen) <= 3


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"window": "native"}, "--window: A window has a size"),
        ({"window": "big"}, "--window: Cannot read the size 'big'"),
        ({"window": "4x4", "overlap": 1.0}, "--overlap must be"),
        ({"overlap": 0.25}, "--overlap=0.25 is of windows; give --window"),
    ],
)
def test_windows_that_are_none_are_refused(flags, said):
    with pytest.raises(ValueError, match=said):
        EvaluateSettings(model="m.keras", **flags)
