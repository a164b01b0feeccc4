"""Moves the colours of one image to those of another.

Reinhard et al., "Color Transfer between Images" (2001): with m and s the mean
and deviation of a channel over an image,

    channel <- (channel - m_source) * s_target / s_source + m_target

The channels are those of CIELAB (sRGB, D65). In RGB all three rise and fall
with the light, so that moving each by itself tints shadows and highlights
differently; lightness and the two colour axes of LAB hardly depend on each
other. The paper's own space takes logarithms, which black has none of.
"""

import numpy as np
import tensorflow as tf

# sRGB (IEC 61966-2-1) to XYZ, each row divided by the white point D65's.
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_TO_XYZ /= _TO_XYZ.sum(axis=1, keepdims=True)
# f(X), f(Y), f(Z) to L, a, b; L without its -16, which no difference sees.
_TO_LAB = np.array(
    [[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0, 200.0, -200.0]]
)
_BEND = 6 / 29
_DARK_SLOPE = 1 / (3 * _BEND**2)
_DARK_OFFSET = 4 / 29


def move_colours(image: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Returns an image with the colour statistics of another.

    Colours outside sRGB are cut off at its borders. A channel without any
    deviation takes the other's mean.

    Args:
        image: uint8 `(H, W, 3)`, RGB.
        other: uint8 `(h, w, 3)`, RGB.

    Returns:
        float32 `(H, W, 3)`, RGB 0-255.
    """
    lab = to_lab(image)
    mean, deviation = _statistics(lab)
    new_mean, new_deviation = _statistics(to_lab(other))
    factor = tf.math.divide_no_nan(new_deviation, deviation)
    return from_lab((lab - mean) * factor + new_mean)


def to_lab(image: tf.Tensor) -> tf.Tensor:
    """CIELAB of uint8 RGB `(H, W, 3)`, with 16 added to L; float32."""
    values = np.arange(256) / 255
    linear = np.where(
        values > 0.04045, ((values + 0.055) / 1.055) ** 2.4, values / 12.92
    )
    xyz = _mix(tf.gather(_constant(linear), tf.cast(image, tf.int32)), _TO_XYZ)
    bent = tf.where(
        xyz > _BEND**3,
        _power(tf.maximum(xyz, _BEND**3), 1 / 3),
        _DARK_SLOPE * xyz + _DARK_OFFSET,
    )
    return _mix(bent, _TO_LAB)


def from_lab(lab: tf.Tensor) -> tf.Tensor:
    """The inverse of `to_lab`, in float32 and cut off at 0 and 255."""
    bent = _mix(lab, np.linalg.inv(_TO_LAB))
    xyz = tf.where(bent > _BEND, bent**3, (bent - _DARK_OFFSET) / _DARK_SLOPE)
    linear = tf.clip_by_value(_mix(xyz, np.linalg.inv(_TO_XYZ)), 0.0, 1.0)
    values = tf.where(
        linear > 0.0031308,
        1.055 * _power(tf.maximum(linear, 0.0031308), 1 / 2.4) - 0.055,
        12.92 * linear,
    )
    return 255.0 * values


def _statistics(lab: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Mean and deviation of each channel, `(3,)` each."""
    mean = tf.reduce_mean(lab, axis=(0, 1))
    # From the mean: float32 would lose the digits of a difference of squares.
    squares = tf.math.squared_difference(lab, mean)
    return mean, tf.sqrt(tf.reduce_mean(squares, axis=(0, 1)))


def _power(base: tf.Tensor, exponent: float) -> tf.Tensor:
    """Of positive numbers; a quarter of the time of `tf.pow`."""
    return tf.exp(exponent * tf.math.log(base))


def _mix(pixels: tf.Tensor, matrix: np.ndarray) -> tf.Tensor:
    """Applies a matrix `(3, 3)` to the channels of `(H, W, 3)`."""
    return tf.einsum("hwc,dc->hwd", pixels, _constant(matrix))


def _constant(array: np.ndarray) -> tf.Tensor:
    return tf.constant(array, tf.float32)
