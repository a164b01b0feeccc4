"""Random flip, scale, crop and colour: image and label move together.

Every draw comes from an explicit stateless seed, so that the same seed gives
the same result eagerly, inside `Dataset.map`, and with any parallelism.

The papers' programs augment nothing; `SampleOptions()` is that. Shapes:
image float32 `(h, w, 3)` RGB 0-255, label int32 `(h, w)`, 255 = ignore.
"""

import dataclasses

import tensorflow as tf

from tf_advseg.checks import check_range
from tf_advseg.conventions import IGNORE_LABEL

FILL_COLOUR = (122.67891434, 116.66876762, 104.00698793)
"""Colour of pixels outside the image, RGB: what the Caffe networks subtract,
so that they see zeros there. The label of such a pixel is always 255."""


@dataclasses.dataclass(frozen=True)
class SampleOptions:
    """How the samples of one domain are made.

    Args:
        size: (H, W) that images are resized to first, bicubic, aspect ratio
            not kept; None keeps each image's own size.
        crop: (H, W) of the random piece that is taken after scaling, filled
            up where the image is smaller; None takes the whole size.
        flip: Whether every second sample, at random, is mirrored.
        scale_range: Smallest and largest random factor of the size.
        color_jitter: Strength j in [0, 1): brightness, contrast and
            saturation are each multiplied by a factor in [1 - j, 1 + j].
    """

    size: tuple[int, int] | None = None
    crop: tuple[int, int] | None = None
    flip: bool = False
    scale_range: tuple[float, float] = (1.0, 1.0)
    color_jitter: float = 0.0

    def __post_init__(self):
        for name in ("size", "crop"):
            value = getattr(self, name)
            if value is not None and (len(value) != 2 or min(value) < 1):
                raise ValueError(
                    f"Expected {name} as (height, width) in pixels, both at "
                    f"least 1; received {value!r}."
                )
        low, high = self.scale_range
        if not 0 < low <= high:
            raise ValueError(
                "Expected scale_range as (low, high) with 0 < low <= high; "
                f"received {self.scale_range!r}."
            )
        check_range("color_jitter", self.color_jitter, 0.0, 0.99)


def augment(
    image: tf.Tensor,
    label: tf.Tensor | None,
    seed: tf.Tensor,
    options: SampleOptions,
    output_size: tuple[int, int],
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Returns one sample augmented, of `output_size` (H, W).

    Args:
        image: float32 `(h, w, 3)`, RGB 0-255.
        label: int32 `(h, w)`, or None for a target's image.
        seed: `(2,)` int64.
        options: What to do.
        output_size: (H, W): `options.crop`, or the size of all images.
    """
    seeds = tf.unstack(tf.random.split(seed, 4))
    if options.color_jitter:
        image = jitter_colours(image, seeds[0], options.color_jitter)
    if options.scale_range != (1.0, 1.0):
        image, label = random_scale(image, label, seeds[1], options.scale_range)
    image, label = random_crop(image, label, seeds[2], output_size)
    if options.flip:
        image, label = random_flip(image, label, seeds[3])
    return image, label


def jitter_colours(
    image: tf.Tensor, seed: tf.Tensor, strength: float
) -> tf.Tensor:
    """Multiplies brightness, contrast and saturation by random factors."""
    factors = tf.random.stateless_uniform(
        (3,), seed, minval=1.0 - strength, maxval=1.0 + strength
    )
    image *= factors[0]
    mean_colour = tf.reduce_mean(image, axis=(0, 1), keepdims=True)
    image = mean_colour + factors[1] * (image - mean_colour)
    grey = tf.reduce_mean(image, axis=-1, keepdims=True)
    image = grey + factors[2] * (image - grey)
    return tf.clip_by_value(image, 0.0, 255.0)


def random_scale(
    image: tf.Tensor,
    label: tf.Tensor | None,
    seed: tf.Tensor,
    scale_range: tuple[float, float],
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Resizes by one random factor: image bilinear, label nearest."""
    factor = tf.random.stateless_uniform(
        (), seed, minval=scale_range[0], maxval=scale_range[1]
    )
    size = tf.cast(tf.shape(image)[:2], tf.float32)
    size = tf.maximum(tf.cast(tf.round(size * factor), tf.int32), 1)
    image = tf.image.resize(image, size, tf.image.ResizeMethod.BILINEAR)
    if label is not None:
        label = tf.image.resize(
            label[..., None], size, tf.image.ResizeMethod.NEAREST_NEIGHBOR
        )[..., 0]
    return image, label


def random_crop(
    image: tf.Tensor,
    label: tf.Tensor | None,
    seed: tf.Tensor,
    crop: tuple[int, int],
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Takes a random piece; what lies outside the image is filled up.

    Along each axis the piece moves freely over an image that is larger, and
    an image that is smaller moves freely inside the piece.
    """
    if image.shape[:2] == crop:
        return image, label
    spare = tf.shape(image)[:2] - tf.constant(crop)
    draw = tf.random.stateless_uniform((2,), seed)
    offset = tf.cast(draw * tf.cast(tf.abs(spare) + 1, tf.float32), tf.int32)
    offset = tf.minimum(offset, tf.abs(spare))
    begin = tf.where(spare > 0, offset, 0)
    before = tf.where(spare < 0, offset, 0)
    after = tf.maximum(-spare, 0) - before
    window = (begin, tf.minimum(tf.shape(image)[:2], crop), before, after)
    inside = _window(tf.ones_like(image[..., :1], tf.bool), *window, fill=False)
    image = _window(image, *window, fill=0)
    image = tf.where(inside, image, tf.constant(FILL_COLOUR))
    image = tf.ensure_shape(image, (*crop, 3))
    if label is not None:
        label = _window(label[..., None], *window, fill=IGNORE_LABEL)
        label = tf.ensure_shape(label[..., 0], crop)
    return image, label


def random_flip(
    image: tf.Tensor, label: tf.Tensor | None, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Mirrors left and right with probability one half."""
    is_flipped = tf.random.stateless_uniform((), seed) < 0.5
    image = tf.where(is_flipped, image[:, ::-1], image)
    if label is not None:
        label = tf.where(is_flipped, label[:, ::-1], label)
    return image, label


def _window(tensor, begin, size, before, after, *, fill):
    """Slices `(h, w, c)` at `begin` and pads with `fill`."""
    piece = tensor[begin[0] : begin[0] + size[0], begin[1] : begin[1] + size[1]]
    pads = tf.pad(tf.stack([before, after], axis=1), [[0, 1], [0, 0]])
    return tf.pad(piece, pads, constant_values=fill)
