"""Several looks at one image: other sizes of it, and its mirror image.

Averaged, their predictions are better than one: test-time augmentation, the
"multi-scale and flip" rows of published tables. Each look costs a pass of the
network, by the square of its scale.

B images, (H, W) their size, (h, w) of logits, C classes.
"""

import dataclasses
from collections.abc import Sequence

import tensorflow as tf


def mirrored(maps: tf.Tensor) -> tf.Tensor:
    """Returns maps `(B, H, W, C)` mirrored left to right."""
    return tf.reverse(maps, axis=[2])


@dataclasses.dataclass(frozen=True)
class View:
    """One look.

    Args:
        scale: Of the image's sides.
        is_mirrored: Whether left and right are exchanged.
    """

    scale: float = 1.0
    is_mirrored: bool = False

    def shown(self, images: tf.Tensor) -> tf.Tensor:
        """What the network is shown of images `(B, H, W, 3)`."""
        if self.scale != 1.0:
            size = tf.cast(tf.shape(images)[1:3], tf.float32) * self.scale
            size = tf.maximum(tf.cast(tf.round(size), tf.int32), 1)
            images = tf.image.resize(images, size, antialias=self.scale < 1.0)
        return mirrored(images) if self.is_mirrored else images

    def seen(self, logits: tf.Tensor) -> tf.Tensor:
        """Its logits `(B, h, w, C)`, the right way round again."""
        return mirrored(logits) if self.is_mirrored else logits


PLAIN = (View(),)


def views_of(scales: Sequence[float], is_flipped: bool) -> tuple[View, ...]:
    """Each scale as it is and, if flipped, mirrored too."""
    mirrors = (False, True) if is_flipped else (False,)
    return tuple(View(scale, m) for scale in scales for m in mirrors)


def in_words(views: Sequence[View]) -> str:
    """What the network looks at, for reports.

    >>> in_words(views_of((1.0, 1.5), True))
    '1, 1 mirrored, 1.5, 1.5 mirrored'
    """
    return ", ".join(
        f"{v.scale:g}" + " mirrored" * v.is_mirrored for v in views
    )


@dataclasses.dataclass(frozen=True)
class Window:
    """A window that slides.

    Args:
        size: (height, width) in pixels of what the network is shown.
        overlap: Of neighbours, a share of the window (0 up to below 1).
    """

    size: tuple[int, int]
    overlap: float = 0.5

    def starts(self, shape: tuple[int, int]) -> tuple[list[int], list[int]]:
        """The first rows and columns of the windows on (h, w) pixels.

        >>> Window((4, 4), 0.5).starts((4, 9))
        ([0], [0, 2, 4, 5])
        """
        rows, columns = (
            _starts(whole, min(side, whole), self.overlap)
            for whole, side in zip(shape, self.size, strict=True)
        )
        return rows, columns

    def covers(self, shape: tuple[int, int]) -> bool:
        """Whether one window sees it all."""
        return all(a >= b for a, b in zip(self.size, shape, strict=True))

    def __str__(self) -> str:
        return f"{self.size[0]}x{self.size[1]}, overlap {self.overlap:g}"


def _starts(whole: int, side: int, overlap: float) -> list[int]:
    stride = max(1, round(side * (1 - overlap)))
    starts = range(0, whole - side + stride, stride)
    return sorted({min(start, whole - side) for start in starts})
