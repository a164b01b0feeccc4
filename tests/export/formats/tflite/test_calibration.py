"""An image on which the network explodes does not set the ranges of 8 bits."""

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.export.formats.tflite.calibration import without_outliers


class Amplifier:
    """Logits are the image's values."""

    def logits(self, images):
        return [images * 0.1, images]


def calibration(*brightest):
    images = [np.full((4, 6, 3), value, np.uint8) for value in brightest]
    keys = [f"image_{index}" for index in range(len(images))]
    return HomeImages("camera", "train", images, keys=keys)


def left_out(*brightest):
    told = []
    images = calibration(*brightest)
    kept = without_outliers(images, Amplifier(), (2, 3), told.append)
    assert len(kept.images) == len(kept.keys)
    return sorted(set(images.keys) - set(kept.keys)), told


def test_the_exploding_image_is_left_out_and_named():
    keys, told = left_out(*[10] * 12, 200, *[11] * 7)
    assert keys == ["image_12"]
    (sentence,) = told
    assert sentence.startswith(
        "Left out of calibration: image_12 of camera, train; its largest "
        "logit is 20 times the median"
    )


@pytest.mark.parametrize(
    "brightest", [[10] * 19 + [49], [10] * 8 + [200] * 2, [0] * 20, [7]]
)
def test_ordinary_images_and_frequent_ones_stay(brightest):
    assert left_out(*brightest) == ([], [])


def test_an_image_without_a_finite_logit_is_left_out():
    class Breaks(Amplifier):
        def logits(self, images):
            return [tf.where(images < 200, images, np.nan)]

    images = calibration(*[10] * 19, 200)
    kept = without_outliers(images, Breaks(), (2, 3), lambda text: None)
    assert list(kept.keys) == images.keys[:19]
