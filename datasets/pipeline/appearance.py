"""Random colour and sharpness: what images may differ in and labels not.

Each change has a seed of its own, so that switching one on leaves the draws of
all others as they were.
"""

import tensorflow as tf

from tf_advseg.datasets.pipeline.sample_options import SampleOptions
from tf_advseg.datasets.pipeline.sampling import random

_GAIN, _BLUR = 1, 2
"""What the seeds of the younger changes are folded from."""


def change_appearance(
    image: tf.Tensor, seed: tf.Tensor, options: SampleOptions
) -> tf.Tensor:
    """Returns `(h, w, 3)`, changed as the options say.

    Args:
        image: `(h, w, 3)`, RGB 0-255; float32 if there is anything to change.
        seed: `(2,)` int64.
        options: What to do.
    """
    if options.color_jitter:
        image = jitter_colours(image, seed, options.color_jitter)
    if options.channel_gain:
        gain_seed = random.fold_in(seed, _GAIN)
        image = gain_channels(image, gain_seed, options.channel_gain)
    if options.blur:
        image = random_blur(image, random.fold_in(seed, _BLUR), options.blur)
    return image


def jitter_colours(
    image: tf.Tensor, seed: tf.Tensor, strength: float
) -> tf.Tensor:
    """Multiplies brightness, contrast and saturation by random factors.

    Contrast is the distance from the mean colour, saturation that from grey.
    """
    brightness, contrast, saturation = tf.unstack(
        tf.random.stateless_uniform(
            (3,), seed, minval=1.0 - strength, maxval=1.0 + strength
        )
    )
    image *= brightness
    mean_colour = tf.reduce_mean(image, axis=(0, 1))
    image = contrast * image + (1.0 - contrast) * mean_colour
    grey = tf.reduce_mean(image, axis=-1, keepdims=True)
    image = saturation * image + (1.0 - saturation) * grey
    return tf.clip_by_value(image, 0.0, 255.0)


def gain_channels(
    image: tf.Tensor, seed: tf.Tensor, strength: float
) -> tf.Tensor:
    """Multiplies red, green and blue by random factors: another white."""
    gains = tf.random.stateless_uniform(
        (3,), seed, minval=1.0 - strength, maxval=1.0 + strength
    )
    return tf.clip_by_value(image * gains, 0.0, 255.0)


def random_blur(
    image: tf.Tensor, seed: tf.Tensor, probability: float
) -> tf.Tensor:
    """Blurs by 3x3 pixels (1 2 1 either way), or leaves the image alone."""
    is_blurred = tf.random.stateless_uniform((), seed) < probability
    return tf.cond(is_blurred, lambda: _blurred(image), lambda: image)


def _blurred(image: tf.Tensor) -> tf.Tensor:
    # The border repeats: what is even stays even.
    image = tf.pad(image, [[1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    image = (image[:-2] + 2.0 * image[1:-1] + image[2:]) / 4.0
    return (image[:, :-2] + 2.0 * image[:, 1:-1] + image[:, 2:]) / 4.0
