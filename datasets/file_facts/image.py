"""Measures one image: colours, and what near duplicates share."""

from typing import Any
from typing import cast

import numpy as np
from PIL import Image

from tf_advseg.datasets.file_facts.facts import GRID
from tf_advseg.datasets.file_facts.facts import THUMB
from tf_advseg.datasets.file_facts.facts import ImageFacts
from tf_advseg.datasets.file_facts.opening import Unusable
from tf_advseg.datasets.file_facts.opening import look
from tf_advseg.datasets.files.orientation import turned
from tf_advseg.datasets.files.picture_modes import is_rgb

_SMALL = 64
SAMPLES = 96
"""Colours under labels are sampled on a grid of SAMPLES x SAMPLES."""


def image_facts(place: Any) -> tuple[ImageFacts, np.ndarray | None]:
    """Returns the facts of an image, and a sample of its pixels.

    The sample is uint8 `(SAMPLES, SAMPLES, 3)`, nearest pixels of the upright
    image; None if the image cannot be used.
    """

    def measure(picture, data, orientation):
        del data
        if not is_rgb(picture):
            raise Unusable(
                "mode",
                f"{str(place)!r} has more than 8 bits a channel (mode "
                f"{picture.mode}); convert it to 8 bits a channel first.",
            )
        measured, sample = measure_image(picture, orientation)
        return {**measured, "sample": sample}

    found = look(place, measure)
    sample = found.pop("sample", None)
    return ImageFacts(**found), sample


def measure_image(
    picture: Image.Image, orientation: int = 1
) -> tuple[dict[str, Any], np.ndarray]:
    """Returns the fields of `ImageFacts` that need pixels, and a sample."""
    rgb = picture.convert("RGB")
    small = rgb.resize((_SMALL, _SMALL), Image.Resampling.BOX)
    sample = rgb.resize((SAMPLES, SAMPLES), Image.Resampling.NEAREST)
    if orientation != 1:
        small, sample = (turned(p, orientation) for p in (small, sample))
    grey = small.convert("L")
    thumb = grey.resize((THUMB, THUMB), Image.Resampling.BOX)
    # Differences of neighbours (dHash) outlive scaling and compression.
    steps = np.asarray(grey.resize((9, 8), Image.Resampling.BOX), np.int16)
    cells = small.resize((GRID, GRID), Image.Resampling.BOX)
    return {
        "is_see_through": is_see_through(picture),
        "cells": np.asarray(cells, np.float32),
        "thumb": np.asarray(thumb),
        "signs": (np.diff(steps, axis=1) > 0).ravel(),
    }, np.asarray(sample)


def is_see_through(picture: Image.Image) -> bool:
    """Whether some pixels of a picture are not opaque."""
    if not picture.has_transparency_data:
        return False
    if picture.mode != "RGBA":
        picture = picture.convert("RGBA")
    least, _ = picture.getchannel("A").getextrema()
    return cast(int, least) < 255
