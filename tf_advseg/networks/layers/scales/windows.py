"""Where windows of full resolution lie on images seen as a whole.

An image of (H, W) pixels is cut in units of u x u, which are cells of the
coarsest map; windows of (h, w) pixels begin and end at units, so that the
cells of all maps meet. At inference windows slide by half of their sides, and
the last one ends where the image does. In training there is one, at a place
that is drawn once an update.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from typing import NamedTuple

import tensorflow as tf

from tf_advseg.datasets.pipeline import sampling
from tf_advseg.networks.image_ops import Size

_STREAM = 3
"""The stream of draws after those of the pipeline and of self-training."""


@dataclasses.dataclass(frozen=True)
class Windows:
    """Windows of one size.

    Args:
        size: (h, w) in pixels, multiples of the unit.
        unit: u, in pixels.

    Raises:
        ValueError: If a side is no multiple of the unit.
    """

    size: tuple[int, int]
    unit: int

    def __post_init__(self):
        if any(side < 1 or side % self.unit for side in self.size):
            raise ValueError(
                f"Expected a window whose sides are multiples of {self.unit} "
                "pixels, a cell of the coarsest map; received "
                f"{self.size[0]}x{self.size[1]}."
            )

    def within(self, whole: Size) -> tuple[Any, Any]:
        """(h, w) of windows of an image, which may be smaller."""
        height, width = (
            min(side, length)
            if isinstance(length, int)
            else tf.minimum(side, length)
            for side, length in zip(self.size, whole, strict=True)
        )
        return height, width

    def starts(self, whole: Size, training: bool) -> tuple[Any, Any]:
        """First rows `(n,)` and columns `(m,)` of the windows, int32.

        Args:
            whole: (H, W), multiples of the unit.
            training: Whether there is one, where `drawn` says, if it does.

        Example:

        >>> rows, columns = Windows((8, 8), 4).starts((8, 20), training=False)
        >>> rows.numpy().tolist(), columns.numpy().tolist()
        ([0], [0, 4, 8, 12])
        """
        here = _DRAWN.get() if training else None
        sides = self.within(whole)
        axes = zip(whole, sides, self.size, (0, 1), strict=True)
        rows, columns = (
            self._sliding(length, side, largest)
            if here is None
            else self._drawn(length, side, here.place[axis])
            for length, side, largest, axis in axes
        )
        return rows, columns

    def _sliding(self, length, side, largest):
        step = max(largest // 2 // self.unit, 1) * self.unit
        last = length - side
        return tf.minimum(tf.range((last + step - 1) // step + 1) * step, last)

    def _drawn(self, length, side, share):
        choices = tf.cast((length - side) // self.unit + 1, tf.float32)
        return tf.cast(share * choices, tf.int32)[None] * self.unit


class Drawn(NamedTuple):
    """Windows, and where the one of this update lies."""

    windows: Windows
    place: list[tf.Tensor]
    """How far down and across, two scalars from 0 up to below 1."""


_DRAWN: ContextVar[Drawn | None] = ContextVar("drawn", default=None)


@contextlib.contextmanager
def drawn(
    windows: Windows | None, seed: int, updates: tf.Tensor
) -> Iterator[None]:
    """Training passes within it see one window, at a place that is drawn.

    It depends on the seed and the number of updates alone: all replicas, and
    a resumed run, see the same. A graph keeps what held when it was traced;
    threads, as those of several replicas, do not see each other's.

    Args:
        windows: Of the network; None has no effect.
        seed: Of the run.
        updates: Made so far, an integer scalar.
    """
    if windows is None:
        yield
        return
    seeds = sampling.stream_seeds(seed, _STREAM)
    seed_here = sampling.sample_seed(tf.cast(updates, tf.int64), seeds[1])
    place = tf.unstack(tf.random.stateless_uniform((2,), seed_here))
    token = _DRAWN.set(Drawn(windows, place))
    try:
        yield
    finally:
        _DRAWN.reset(token)


def cropped(maps: tf.Tensor) -> tf.Tensor:
    """Maps `(B, H, W, ...)`, labels say, of the window that is drawn."""
    here = _DRAWN.get()
    assert here is not None, "No window is drawn."
    whole = tf.shape(maps)[1], tf.shape(maps)[2]
    height, width = here.windows.within(whole)
    (row,), (column,) = (
        tf.unstack(starts) for starts in here.windows.starts(whole, True)
    )
    return maps[:, row : row + height, column : column + width]
