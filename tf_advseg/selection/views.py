"""Views of the same scene that should not change what is seen in it.

    flip          mirrored left to right
    scale         three quarters of the size
    photometric   gamma 1.5: darker, as at a later hour

Each view is a pair: what it does to images, and how its probabilities come
back to the plain image's pixels.

B images, (H, W) their size, (h, w) the size of logits, C classes.
"""

import dataclasses
from collections.abc import Callable
from typing import cast

import tensorflow as tf

from tf_advseg.networks.image_ops import Size
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.views import mirrored

SCALE = 0.75
GAMMA = 1.5


@dataclasses.dataclass(frozen=True)
class View:
    """One view.

    Attributes:
        apply: From images `(B, H, W, 3)`, RGB 0-255, to images.
        undo: From probabilities on the view and the (h, w) of the plain
            ones to probabilities `(B, h, w, C)` of the plain pixels.
    """

    apply: Callable[[tf.Tensor], tf.Tensor]
    undo: Callable[[tf.Tensor, Size], tf.Tensor]


def shrunk(images: tf.Tensor) -> tf.Tensor:
    """Returns images at `SCALE` of their size, antialiased."""
    height, width = cast(tuple[int, int], tuple(images.shape[1:3]))
    size = (max(round(SCALE * height), 1), max(round(SCALE * width), 1))
    return tf.image.resize(images, size, antialias=True)


def darkened(images: tf.Tensor) -> tf.Tensor:
    """Returns images whose middle tones are darker; black and white stay."""
    return 255.0 * (images / 255.0) ** GAMMA


VIEWS = {
    "flip": View(mirrored, lambda maps, size: mirrored(maps)),
    "scale": View(shrunk, resize_corners_aligned),
    "photometric": View(darkened, lambda maps, size: maps),
}
