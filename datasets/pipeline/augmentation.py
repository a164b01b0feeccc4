"""Random flip, scale, crop and colour: image and label move together.

Every draw comes from an explicit stateless seed, so that the same seed gives
the same result eagerly, inside `Dataset.map`, and with any parallelism.

The papers' programs augment nothing; `SampleOptions()` is that.

Scaling by s and cropping H x W is done the other way round: a window of
H / s x W / s is cut out and resized to H x W. It is the same picture, and
nothing is computed for pixels that the crop would throw away.
"""

import functools
from typing import NamedTuple

import tensorflow as tf

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.pipeline.appearance import change_appearance
from tf_advseg.datasets.pipeline.rare_crops import draw_showing
from tf_advseg.datasets.pipeline.sample_options import SampleOptions

_BILINEAR = tf.image.ResizeMethod.BILINEAR
_NEAREST = tf.image.ResizeMethod.NEAREST_NEIGHBOR

FILL_COLOUR = (122.67891434, 116.66876762, 104.00698793)
"""Colour of pixels outside the image, RGB: what the Caffe networks subtract,
so that they see zeros there. The label of such a pixel is always 255."""


def augment(
    image: tf.Tensor,
    label: tf.Tensor | None,
    seed: tf.Tensor,
    options: SampleOptions,
    output_size: tuple[int, int],
    wanted: tf.Tensor | None = None,
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Returns one sample augmented, of `output_size` (H, W).

    Args:
        image: uint8 or float32 `(h, w, 3)`, RGB 0-255.
        label: uint8 or int32 `(h, w)`, 255 = ignore; None for a target.
        seed: `(2,)` int64.
        options: What to do.
        output_size: (H, W): `options.crop`, or the size of all images.
        wanted: A class that the crop should show, see `options.crop_tries`.

    Returns:
        `(H, W, 3)` and `(H, W)`, or None. What can stay uint8 does, for a
        quarter of the bytes.
    """
    seeds = tf.unstack(tf.random.split(seed, 3))
    is_scaled = options.scale_range != (1.0, 1.0)
    is_cut = is_scaled or image.shape[:2] != output_size
    draw = functools.partial(
        draw_window, tf.shape(image)[:2], output_size, options
    )
    if wanted is None or label is None or options.crop_tries == 1:
        window = draw(seeds[0])
    else:
        tries = options.crop_tries
        window = draw_showing(draw, label, wanted, seeds[0], tries)
    if is_cut:
        image = cut(image, window, _BILINEAR if is_scaled else None)
    if is_cut or options.changes_appearance:
        image = tf.cast(image, tf.float32)
    image = change_appearance(image, seeds[1], options)
    if is_cut:
        image = place_image(image, window, output_size)
        if label is not None:
            method = _NEAREST if is_scaled else None
            label = cut(label[:, :, None], window, method)
            label = _pad(label, window, output_size, IGNORE_LABEL)[..., 0]
    if options.flip:
        image, label = random_flip(image, label, seeds[2])
    return image, label


class Window(NamedTuple):
    """Which piece of an image goes where; each is (y, x), int32 `(2,)`.

    Args:
        begin: Where the piece begins in the image.
        size: Its size there.
        scaled: Its size in the output.
        before: Where it begins in the output.
    """

    begin: tf.Tensor
    size: tf.Tensor
    scaled: tf.Tensor
    before: tf.Tensor


def draw_window(
    image_size: tf.Tensor,
    output_size: tuple[int, int],
    options: SampleOptions,
    seed: tf.Tensor,
) -> Window:
    """Draws scale and place of a crop.

    Along each axis the window moves freely over an image that is larger, and
    an image that is smaller moves freely inside the output.

    Args:
        image_size: (h, w), int32 `(2,)`.
        output_size: (H, W) of the crop.
        options: Smallest and largest scale, and the law between them.
        seed: `(2,)` int64.
    """
    output = tf.constant(output_size)
    draws = tf.random.stateless_uniform((3,), seed)
    low, high = options.scale_range
    if options.scale_law == "log":
        factor = low * tf.pow(high / low, draws[0])
    else:
        factor = low + draws[0] * (high - low)
    wanted = _scaled(output, 1.0 / factor)
    size = tf.minimum(wanted, image_size)
    shrunk = tf.minimum(_scaled(image_size, factor), output)
    scaled = tf.where(image_size < wanted, shrunk, output)
    return Window(
        begin=_draw_below(image_size - size, draws[1:]),
        size=size,
        scaled=scaled,
        before=_draw_below(output - scaled, draws[1:]),
    )


def cut(image: tf.Tensor, window: Window, method: str | None) -> tf.Tensor:
    """Returns the window's piece of `(h, w, c)`, resized if by a method."""
    top, left = tf.unstack(window.begin)
    height, width = tf.unstack(window.size)
    piece = image[top : top + height, left : left + width]
    if method is None:
        return piece
    return tf.image.resize(piece, window.scaled, method)


def place_image(
    piece: tf.Tensor, window: Window, output_size: tuple[int, int]
) -> tf.Tensor:
    """Puts a piece `(h, w, 3)` into `(H, W, 3)` of `FILL_COLOUR`."""

    def fill():
        inside = tf.ones_like(piece[:, :, :1], tf.bool)
        inside = _pad(inside, window, output_size, False)
        image = _pad(piece, window, output_size, 0)
        return tf.where(inside, image, tf.constant(FILL_COLOUR))

    is_full = tf.reduce_all(window.scaled == tf.constant(output_size))
    image = tf.cond(is_full, lambda: piece, fill)
    return tf.ensure_shape(image, (*output_size, 3))


def random_flip(
    image: tf.Tensor, label: tf.Tensor | None, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Mirrors left and right with probability one half."""
    is_flipped = tf.random.stateless_uniform((), seed) < 0.5
    # `Reverse` with a flag an axis is one copy; `tf.where` costs six times it.
    flags = tf.stack([False, is_flipped, False])
    image = tf.raw_ops.Reverse(tensor=image, dims=flags)
    if label is not None:
        label = tf.raw_ops.Reverse(tensor=label, dims=flags[:2])
    return image, label


def _scaled(size: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    scaled = tf.round(tf.cast(size, tf.float32) * factor)
    return tf.maximum(tf.cast(scaled, tf.int32), 1)


def _draw_below(spare: tf.Tensor, draws: tf.Tensor) -> tf.Tensor:
    """Returns whole numbers in [0, spare] from draws in [0, 1)."""
    numbers = tf.cast(draws * tf.cast(spare + 1, tf.float32), tf.int32)
    return tf.minimum(numbers, spare)


def _pad(tensor, window: Window, output_size: tuple[int, int], fill):
    after = tf.constant(output_size) - window.scaled - window.before
    pads = tf.pad(tf.stack([window.before, after], axis=1), [[0, 1], [0, 0]])
    padded = tf.pad(tensor, pads, constant_values=fill)
    return tf.ensure_shape(padded, (*output_size, tensor.shape[-1]))
