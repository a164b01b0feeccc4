"""Sizes to train at, from the sizes of the images that there are.

Made for a processor and half an hour: the longest side has at most 320 pixels,
the aspect ratio is the images' own, and crops have at most some 32,000 pixels:
of images of 240x320 two fifths, of 128x256 all. Whoever has a GPU gives larger
ones.
"""

import math
from collections import Counter

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.statistics import evenly_spaced
from tf_advseg.datasets.domains.domain import Domain

LONGEST_SIDE = 320
CROP_PIXELS = 128 * 256
"""Memory and time of a step go with it."""
CROP_STEP = 16
SMALLEST_CROP = 32
"""Pixels a side that discriminators need."""

_LOOKS = 16


def usual_size(domain: Domain, split: str) -> tuple[int, int]:
    """Returns (H, W), the most frequent among 16 images of a split.

    Raises:
        DataError: If none of them can be read.
    """
    sizes, fault = Counter(), None
    for key in evenly_spaced(domain.keys(split), _LOOKS):
        try:
            sizes[domain.read_image(key).shape[:2]] += 1
        except DataError as error:
            fault = error
    if not sizes:
        assert fault is not None
        raise fault
    # The first of those that are equally frequent.
    height, width = sizes.most_common(1)[0][0]
    return height, width


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """Returns a size shrunk to `LONGEST_SIDE`; small ones stay.

    >>> fitted((720, 960)), fitted((144, 256))
    ((240, 320), (144, 256))
    """
    factor = min(1.0, LONGEST_SIDE / max(size))
    height, width = (max(1, round(side * factor)) for side in size)
    return height, width


def crop_of(size: tuple[int, int]) -> tuple[int, int]:
    """Returns the crop for images of a size, in steps of 16 pixels.

    >>> crop_of((240, 320)), crop_of((128, 256)), crop_of((32, 64))
    ((160, 208), (128, 256), (32, 64))
    """
    height, width = size
    factor = min(1.0, math.sqrt(CROP_PIXELS / (height * width)))
    height, width = (
        max(SMALLEST_CROP, CROP_STEP * round(factor * side / CROP_STEP))
        for side in size
    )
    return height, width
