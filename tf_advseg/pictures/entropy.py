"""Entropy maps as pictures: dark where the model is sure, light where not."""

import numpy as np

from tf_advseg.pictures import drawing

# Control points of the colour map, evenly spaced over [0, 1]. Lightness (CIE
# L*) rises in even steps of 19, so that equal steps of entropy look equally
# large, in grey print too; hue runs from blue over red to yellow.
COLOURS = np.array(
    [
        (0, 0, 0),
        (42, 36, 94),
        (133, 48, 122),
        (219, 82, 96),
        (250, 156, 82),
        (252, 245, 190),
    ],
    np.float64,
)


def entropy_steps(entropy: np.ndarray) -> np.ndarray:
    """Returns normalised entropies in 256 steps, 0 = sure, 255 = 1.

    Args:
        entropy: `(H, W)` in [0, 1]: `-sum_c p_c log p_c / log C`. Values
            outside are clipped, NaN counts as 1.

    Returns:
        uint8 `(H, W)`: indices into `entropy_palette()`.

    Raises:
        ValueError: If the map is not `(H, W)`.
    """
    entropy = np.asarray(entropy, np.float32)
    if entropy.ndim != 2:
        raise ValueError(
            f"An entropy map is (H, W); received shape {entropy.shape}."
        )
    steps = np.clip(np.nan_to_num(entropy, nan=1.0), 0, 1) * 255
    return np.rint(steps).astype(np.uint8)


def entropy_palette() -> np.ndarray:
    """Returns the colours of the 256 steps, uint8 `(256, 3)`, RGB."""
    at = np.linspace(0, 1, len(COLOURS))
    steps = np.linspace(0, 1, 256)
    channels = [np.interp(steps, at, channel) for channel in COLOURS.T]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def entropy_picture(entropy: np.ndarray) -> np.ndarray:
    """Returns a map of normalised entropies `(H, W)` in colour.

    Returns:
        uint8 `(H, W, 3)`, RGB; see `entropy_steps` for the values.
    """
    return entropy_palette()[entropy_steps(entropy)]


def entropy_scale(width: int = 320, height: int = 40) -> np.ndarray:
    """Returns the key to the colours: a bar from 0 to 1 with its ends named."""
    bar = entropy_picture(np.tile(np.linspace(0, 1, width), (height // 2, 1)))
    canvas = drawing.blank(width, height)
    canvas.paste(drawing.to_image(bar), (0, 0))
    below = height // 2 + 2
    size = height // 2 - 6
    drawing.text(canvas, (2, below), "0 (sure)", size)
    drawing.text(canvas, (width - 2, below), "1 (unsure)", size, anchor="ra")
    return np.asarray(canvas)
