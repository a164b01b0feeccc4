"""How a network of another library normalises its images, found by asking.

A library says it in a function, in layers, or both. Their composition is
affine, y = (x - mean) / std for each channel, of RGB or BGR images: black and
three colours tell all of it.
"""

from collections.abc import Callable

import numpy as np

from tf_advseg.networks.layers.preprocessing import Normalisation

_WHITE = 255.0


def probe(function: Callable[[np.ndarray], np.ndarray]) -> Normalisation:
    """Finds what `function` does to the channels of images.

    Args:
        function: From float32 RGB images `(4, 1, 1, 3)`, 0-255, to as many.

    Raises:
        ValueError: If it mixes channels.
    """
    colours = np.zeros((4, 1, 1, 3), np.float32)
    colours[1:, 0, 0] = _WHITE * np.eye(3)
    seen = np.asarray(function(colours.copy()), np.float64)[:, 0, 0]
    black = seen[0]
    # Rows: of which channel of the image; columns: in which channel it ends.
    slopes = (seen[1:] - black) / _WHITE
    for order, kept in (("rgb", np.eye(3)), ("bgr", np.eye(3)[::-1])):
        if np.all((slopes != 0) == (kept != 0)):
            scale = slopes.sum(axis=0)
            return Normalisation(
                mean=_three(-black / scale),
                std=_three(1 / scale),
                channel_order=order,
            )
    raise ValueError(
        "The network's normalisation mixes colours; expected one that shifts "
        f"and scales each channel. It turns red, green and blue to {slopes}."
    )


def _three(values: np.ndarray) -> tuple[float, float, float]:
    # What is left of float32 in the last digits goes; so does -0.0.
    red, green, blue = (round(float(value), 4) + 0.0 for value in values)
    return red, green, blue
