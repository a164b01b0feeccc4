"""Class maps in colour, alone or over their image."""

from collections.abc import Sequence

import numpy as np

from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import IGNORE_LABEL

IGNORE_COLOUR = (0, 0, 0)
"""Colour of pixels that are labelled "ignore"."""


def palette_table(palette: Sequence[Sequence[int]]) -> np.ndarray:
    """Returns the colour of each of the 256 ids as uint8 `(256, 3)`.

    Ids beyond the palette, 255 among them, get `IGNORE_COLOUR`.
    """
    table = np.full((256, 3), IGNORE_COLOUR, np.uint8)
    table[: len(palette)] = palette
    return table


def colourise(
    class_map: np.ndarray, palette: Sequence[Sequence[int]]
) -> np.ndarray:
    """Returns a class map in its palette's colours; 255 is black.

    Args:
        class_map: Train ids `(H, W)`, any integer type.
        palette: One RGB colour (0-255) a class.

    Returns:
        uint8 `(H, W, 3)`.

    Raises:
        ValueError: If the map has another rank or ids without a colour.

    Example:
        >>> colourise(np.array([[1, 255]]), [(9, 9, 9), (1, 2, 3)]).tolist()
        [[[1, 2, 3], [0, 0, 0]]]
    """
    class_map = np.asarray(class_map)
    if class_map.ndim != 2:
        raise ValueError(
            f"A class map is (H, W); received shape {class_map.shape}."
        )
    labelled = class_map[class_map != IGNORE_LABEL]
    if labelled.size and not 0 <= labelled.min() <= labelled.max() < len(
        palette
    ):
        raise ValueError(
            f"The palette has {len(palette)} colours, but the class map holds "
            f"ids from {labelled.min()} to {labelled.max()}."
        )
    return palette_table(palette)[class_map]


def overlay(
    image: np.ndarray,
    class_map: np.ndarray,
    palette: Sequence[Sequence[int]],
    strength: float = 0.5,
) -> np.ndarray:
    """Returns the image with its class map painted over it.

    Ignored pixels show the image alone.

    Args:
        image: uint8 `(H, W, 3)`.
        class_map: Train ids `(H, W)`.
        palette: One RGB colour a class.
        strength: Share of the class colour, 0 (image only) to 1.

    Raises:
        ValueError: If image and map differ in size.
    """
    check_range("strength", strength, 0, 1)
    if image.shape != (*class_map.shape, 3):
        raise ValueError(
            f"Cannot lay a class map of shape {class_map.shape} over an image "
            f"of shape {image.shape}; expected (H, W) over (H, W, 3)."
        )
    colours = colourise(class_map, palette)
    share = np.float32(strength)
    mixed = (1 - share) * image + share * colours
    mixed = np.rint(mixed).astype(np.uint8)
    return np.where((class_map == IGNORE_LABEL)[..., None], image, mixed)
