"""Fourier domain adaptation: the target's low frequencies in source images.

Yang and Soatto (CVPR 2020, arXiv 2005.10085), equation (3): in the spectrum
of each channel the amplitudes of frequencies up to beta H down and beta W
across become those of a target image; the phases, and all else, stay.

Only these few frequencies change, so only they are computed: the image gets
the difference that they make, and no whole transform is needed. A frequency
counts waves per image and an amplitude is a mean over pixels, so that the two
images may differ in size.
"""

import math

import tensorflow as tf


def swap_amplitudes(
    image: tf.Tensor, other: tf.Tensor, beta: float
) -> tf.Tensor:
    """Returns an image with the low-frequency amplitudes of another.

    Args:
        image: uint8 `(H, W, 3)`.
        other: uint8 `(h, w, 3)`.
        beta: Share in (0, 0.5) of each side's frequencies; 0.01, 0.05 and
            0.09 in the paper.

    Returns:
        float32 `(H, W, 3)`, cut off at 0 and 255.
    """
    image, other = (tf.cast(one, tf.float32) for one in (image, other))
    waves = [
        _frequencies(tf.shape(image)[axis], tf.shape(other)[axis], beta)
        for axis in (0, 1)
    ]
    ours = _spectrum(image, waves)
    change = tf.abs(_spectrum(other, waves)) - tf.abs(ours)
    phase = tf.math.angle(ours)
    change = tf.complex(change * tf.cos(phase), change * tf.sin(phase))
    down, across = _bases(tf.shape(image), waves)
    drawn = tf.einsum(
        "uvc,uh,vw->hwc", change, tf.math.conj(down), tf.math.conj(across)
    )
    return tf.clip_by_value(image + tf.math.real(drawn), 0.0, 255.0)


def _frequencies(size, other_size, beta: float) -> tf.Tensor:
    """-b ... b in waves per image, float32; b is below half of both sizes."""
    largest = (tf.minimum(size, other_size) - 1) // 2
    wanted = tf.cast(beta * tf.cast(size, tf.float32), tf.int32)
    reach = tf.minimum(wanted, largest)
    return tf.cast(tf.range(-reach, reach + 1), tf.float32)


def _spectrum(image: tf.Tensor, waves: list[tf.Tensor]) -> tf.Tensor:
    """Mean over pixels of channel times wave, complex64 `(U, V, 3)`."""
    down, across = _bases(tf.shape(image), waves)
    pixels = tf.cast(image, tf.complex64)
    sums = tf.einsum("hwc,uh,vw->uvc", pixels, down, across)
    return sums / tf.cast(tf.reduce_prod(tf.shape(image)[:2]), tf.complex64)


def _bases(shape, waves: list[tf.Tensor]) -> list[tf.Tensor]:
    """exp(-2 pi i u y / H), `(U, H)`, and the same across, `(V, W)`."""
    bases = []
    for axis, frequencies in enumerate(waves):
        places = tf.range(tf.cast(shape[axis], tf.float32))
        places /= tf.cast(shape[axis], tf.float32)
        angles = -2 * math.pi * frequencies[:, None] * places
        bases.append(tf.complex(tf.cos(angles), tf.sin(angles)))
    return bases
