"""Colour and blur that make an image hard for the student, pixel by pixel.

The content stays where it is, and so do labels. Every draw comes from the
image's own seed: a resumed run, and several replicas, draw the same.
"""

import tensorflow as tf

from tf_advseg.datasets.pipeline.appearance import jitter_colours
from tf_advseg.datasets.pipeline.appearance import random_blur

JITTERED = 0.8
"""Share of images whose colours change (the DACS program's)."""


def perturbed(
    images: tf.Tensor, seeds: tf.Tensor, color_jitter: float, blur: float
) -> tf.Tensor:
    """Images with colours jittered and blurred, each by its own draws.

    Args:
        images: Float RGB `(B, H, W, 3)`, 0-255.
        seeds: int64 `(B, 2)`.
        color_jitter: Largest relative change of brightness, contrast and
            saturation; 0 leaves colours alone.
        blur: Share of images that are blurred.
    """

    def one(image_and_seed):
        image, seed = image_and_seed
        seeds = tf.unstack(tf.random.split(seed, 3))
        if color_jitter:
            jittered = jitter_colours(image, seeds[0], color_jitter)
            is_jittered = tf.random.stateless_uniform((), seeds[1]) < JITTERED
            image = tf.where(is_jittered, jittered, image)
        return random_blur(image, seeds[2], blur) if blur else image

    return tf.map_fn(one, (images, seeds), fn_output_signature=images.dtype)
