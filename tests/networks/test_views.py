"""Several looks at an image: each comes back to the right pixels."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import toy_segmenter
from toy_segmenter import BLUE
from toy_segmenter import GREEN
from toy_segmenter import RED

from tf_advseg.evaluation import bands
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import View
from tf_advseg.networks.views import in_words
from tf_advseg.networks.views import views_of
from tf_advseg.settings.parts.model import ViewsSettings

IMAGE = toy_segmenter.paint([[RED, GREEN, BLUE, BLUE]] * 4)[None]


def _looks_left() -> keras.Model:
    """Gives each pixel the colour of its left neighbour: mirrored, it sees
    the right one's."""
    images = keras.Input((None, None, 3), name="images")
    left = keras.layers.ZeroPadding2D(((0, 0), (1, 0)))(images)
    left = keras.layers.Cropping2D(((0, 0), (0, 1)))(left)
    scores = keras.layers.Identity(name="main_logits")(left)
    return keras.Model(images, {"main": scores})


def _scores(ensemble):
    return ensemble.scores(tf.constant(IMAGE, tf.float32), (4, 4)).numpy()


def test_what_is_seen_in_the_mirror_is_turned_back():
    ensemble = Ensemble([_looks_left()], views=(View(is_mirrored=True),))
    found = ensemble.predict_classes(IMAGE, (4, 4)).numpy()
    assert found[0, 0, :3].tolist() == [GREEN, BLUE, BLUE]


def test_views_and_models_are_averaged():
    # The logits of each look, averaged by hand.
    plain, mirrored = (
        [_scores(Ensemble([model], views=(View(is_mirrored=m),)))
         for model in (_looks_left(), toy_segmenter.colour_segmenter())]
        for m in (False, True)
    )  # fmt: skip
    both = Ensemble(
        [_looks_left(), toy_segmenter.colour_segmenter()],
        weights=(3, 1),
        views=views_of((1.0,), True),
    )
    expected = 0.75 * (plain[0] + mirrored[0]) / 2
    expected += 0.25 * (plain[1] + mirrored[1]) / 2
    assert not np.allclose(plain[0], mirrored[0])
    np.testing.assert_allclose(_scores(both), expected, rtol=1e-6)


@pytest.mark.parametrize("scale", [0.5, 1.5, 2.0])
def test_a_network_is_shown_the_image_at_that_size(scale):
    shapes = []

    class Spy(keras.layers.Layer):
        def call(self, inputs):
            shapes.append(tuple(inputs.shape))
            return inputs

    images = keras.Input((None, None, 3), name="images")
    seen = keras.layers.Identity(name="main_logits")(Spy()(images))
    model = keras.Model(images, {"main": seen})
    shapes.clear()
    _scores(Ensemble([model], views=(View(scale),)))
    assert shapes == [(1, round(4 * scale), round(4 * scale), 3)]


def test_bands_see_the_same_views():
    ensemble = Ensemble([_looks_left()], views=views_of((1.0, 1.5), True))
    whole = bands.predict(ensemble, IMAGE, (40, 40), bands.CONFIDENCES)
    parts = bands.in_bands(
        ensemble, IMAGE, (40, 40), bands.CONFIDENCES, band=40 * 3 * 7
    )
    np.testing.assert_array_equal(whole[0], parts[0])
    for one, other in zip(whole[1:], parts[1:], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_views_are_each_scale_and_its_mirror_image():
    assert views_of((1.0,), False) == PLAIN
    found = views_of((0.75, 1.0), True)
    assert in_words(found) == "0.75, 0.75 mirrored, 1, 1 mirrored"


@pytest.mark.parametrize("text", ["", "big", "1,1", "0", "nan", "11", "-1"])
def test_scales_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r"from 0\.1 to 10"):
        ViewsSettings(tta_scales=text)
