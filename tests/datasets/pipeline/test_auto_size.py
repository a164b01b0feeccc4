"""Sizes to train at, from the images' own."""

import numpy as np
import pytest
from toy_domains import NumberedDomain

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.pipeline import auto_size


class OfSizes(NumberedDomain):
    """Image k has the k-th size."""

    def __init__(self, sizes, **options):
        super().__init__(len(sizes), **options)
        self.sizes = sizes

    def read_image(self, key):
        super().read_image(key)
        return np.zeros((*self.sizes[int(key)], 3), np.uint8)


def test_the_usual_size_is_the_most_frequent():
    domain = OfSizes([(9, 9), (6, 8), (8, 6), (6, 8)])
    assert auto_size.usual_size(domain, "train") == (6, 8)


def test_an_image_that_cannot_be_read_is_passed_over():
    domain = OfSizes([(9, 9), (6, 8)], corrupt=("000",))
    assert auto_size.usual_size(domain, "train") == (6, 8)
    domain = OfSizes([(9, 9), (6, 8)], corrupt=("000", "001"))
    with pytest.raises(DataError):
        auto_size.usual_size(domain, "train")


@pytest.mark.parametrize(
    ("own", "fitted"),
    [
        ((720, 960), (240, 320)),
        ((1052, 1914), (176, 320)),  # 320 / 1914 * 1052 = 175.9
        ((960, 720), (320, 240)),
        ((144, 256), (144, 256)),
        ((1, 4000), (1, 320)),
    ],
)
def test_large_images_shrink_and_keep_their_shape(own, fitted):
    assert auto_size.fitted(own) == fitted


@pytest.mark.parametrize(
    ("size", "crop"),
    [
        ((240, 320), (160, 208)),  # 156.8, 209.0: 0.653 either way
        ((176, 320), (128, 240)),  # 134.3, 244.1
        ((128, 256), (128, 256)),  # as many as are meant: no crop
        ((64, 100), (64, 96)),  # fewer: all, but for the step
        ((24, 40), (32, 32)),
    ],
)
def test_crops_have_so_many_pixels_in_steps_of_sixteen(size, crop):
    assert auto_size.crop_of(size) == crop
