"""Draws crops again until they show the class that an image was drawn for.

DAFormer does so (Hoyer, Dai and Van Gool, CVPR 2022; arXiv 2111.14887): an
image of a rare class is soon found, but most crops of it miss the class.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tf_advseg.datasets.pipeline.sampling import random

ENOUGH = 0.5 * 3000 / (512 * 512)
"""A crop shows a class from this share of its pixels on: of 512x512, half of
the 3,000 that DAFormer's program asks of an image."""


def draw_showing(
    draw: Callable[[tf.Tensor], Any],
    label: tf.Tensor,
    wanted: tf.Tensor,
    seed: tf.Tensor,
    tries: int,
) -> Any:
    """Returns the first of the drawn windows that shows enough of a class.

    If none does, the one that shows most of it.

    Args:
        draw: From a seed to an `augmentation.Window`.
        label: `(h, w)`, integers.
        wanted: The class, a scalar.
        seed: `(2,)` int64; the first window is that of `draw(seed)`.
        tries: How many are drawn.
    """
    windows = [draw(seed)]
    windows += [draw(random.fold_in(seed, k)) for k in range(1, tries)]
    shares = tf.stack([_share(label, window, wanted) for window in windows])
    # Earlier ones go first, among those with enough and among equals.
    order = tf.range(tries, 0, -1, dtype=shares.dtype)
    merits = tf.where(shares >= ENOUGH, 1.0 + order, shares + 1e-9 * order)
    best = tf.argmax(merits)
    parts = zip(*windows, strict=True)
    return type(windows[0])(*[tf.gather(tf.stack(p), best) for p in parts])


def _share(label, window, wanted) -> tf.Tensor:
    """Share of the window's pixels that have the class, float64."""
    top, left = tf.unstack(window.begin)
    height, width = tf.unstack(window.size)
    piece = label[top : top + height, left : left + width]
    shown = tf.cast(piece, tf.int64) == tf.cast(wanted, tf.int64)
    return tf.reduce_mean(tf.cast(shown, tf.float64))
