"""Large images in tiles of the network's size, without visible seams.

Neighbouring tiles overlap, and each pixel takes its class from the tile that
sees most around it: the border between two tiles runs through the middle of
their overlap. Near its own edge a network has little context, and that part
of every tile is thrown away (except where the image ends too).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..errors import EdgeError
from ..network import Prediction
from .resizing import resize_classes
from .resizing import resize_image


def predict_whole(
    predict: Callable[[np.ndarray], Prediction],
    image: np.ndarray,
    size: tuple[int, int],
) -> tuple[np.ndarray, list[Prediction]]:
    """Predicts an image of any size by resizing it to the network's.

    Args:
        predict: `Network.predict`.
        image: uint8 `(H, W, 3)`, RGB.
        size: (h, w) of the network's input.

    Returns:
        Train ids, uint8 `(H, W)`, and the one prediction that they are from.
    """
    prediction = predict(resize_image(image, size))
    return resize_classes(prediction.classes, image.shape[:2]), [prediction]


def predict_tiles(
    predict: Callable[[np.ndarray], Prediction],
    image: np.ndarray,
    size: tuple[int, int],
    overlap: float = 0.25,
) -> tuple[np.ndarray, list[Prediction]]:
    """Predicts an image at its own scale, tile by tile.

    An image smaller than a tile is enlarged until it fills one.

    Args:
        predict: `Network.predict`.
        image: uint8 `(H, W, 3)`, RGB.
        size: (h, w) of the network's input.
        overlap: Share of a tile's side that neighbours share at least,
            0 to below 1.

    Returns:
        Train ids, uint8 `(H, W)`, and the predictions of the tiles.
    """
    check_overlap(overlap)
    height, width = image.shape[:2]
    scale = max(1.0, size[0] / height, size[1] / width)
    # Never below the tile through rounding.
    scaled = (
        max(size[0], round(height * scale)),
        max(size[1], round(width * scale)),
    )
    canvas = resize_image(image, scaled)
    classes = np.empty(scaled, np.uint8)
    predictions = []
    for top, rows in spans(scaled[0], size[0], overlap):
        for left, columns in spans(scaled[1], size[1], overlap):
            tile = canvas[top : top + size[0], left : left + size[1]]
            prediction = predict(np.ascontiguousarray(tile))
            predictions.append(prediction)
            classes[rows, columns] = prediction.classes[
                rows.start - top : rows.stop - top,
                columns.start - left : columns.stop - left,
            ]
    return resize_classes(classes, (height, width)), predictions


def spans(length: int, tile: int, overlap: float) -> list[tuple[int, slice]]:
    """Returns where tiles start, and which pixels each of them decides.

    Args:
        length: Of the image's side, at least `tile`.
        tile: Of the tile's side.
        overlap: Share of `tile` that neighbours share at least.

    Example:
        >>> spans(10, 6, 0.25)
        [(0, slice(0, 5, None)), (4, slice(5, 10, None))]
    """
    step = max(1, tile - math.ceil(overlap * tile))
    count = math.ceil((length - tile) / step) + 1
    gaps = max(count - 1, 1)
    starts = [index * (length - tile) // gaps for index in range(count)]
    # The middle of what a tile shares with the next.
    middles = [
        (start + tile + following) // 2
        for start, following in zip(starts, starts[1:])
    ]
    borders = [0, *middles, length]
    return [
        (start, slice(borders[index], borders[index + 1]))
        for index, start in enumerate(starts)
    ]


def check_overlap(overlap: float) -> None:
    """Raises `EdgeError` unless 0 <= overlap < 1."""
    if not 0 <= overlap < 1:
        raise EdgeError(
            f"Expected 0 <= overlap < 1, a share of a tile's side; received "
            f"{overlap}."
        )
