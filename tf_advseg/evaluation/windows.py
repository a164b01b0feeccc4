"""A sliding window: the network sees an image piece by piece.

Windows of one size stand a stride apart, the last of each row and column is
moved back to the border, and where windows overlap their logits are averaged:
mmsegmentation's `slide`. An image that is smaller than the window along a
side is seen whole along it, without padding.

Nothing of the size (H, W, C) is made: outputs are read some rows at a time,
and a row of windows is seen when it is reached and forgotten when passed.

B images, (h, w) of a look at them, (H, W) output size, C classes.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.ensemble import Images
from tf_advseg.networks.views import View
from tf_advseg.networks.views import Window

See = Callable[[tf.Tensor], list[tf.Tensor]]
"""From images to the low-resolution logits of each segmenter."""


def slides_over(ensemble: Ensemble, images: Images) -> bool:
    """Whether a look at images `(B, h, w, 3)` is larger than the window."""
    scale = max(view.scale for view in ensemble.views)
    height, width = (round(side * scale) for side in np.shape(images)[1:3])
    window = ensemble.window
    return window is not None and not window.covers((height, width))


def sliding(
    ensemble: Ensemble, images: Images
) -> list[tuple[int, "SlidingLook"]]:
    """As `Ensemble.logits`, through its window: segmenters and looks."""
    assert ensemble.window is not None
    shown = tf.convert_to_tensor(images, tf.float32)
    looks = [
        SlidingLook(
            shown, view, ensemble.window, ensemble.seen, ensemble.num_classes
        )
        for view in ensemble.views
    ]
    return [(m, look) for m in range(ensemble.num_models) for look in looks]


class SlidingLook:
    """One view of images, seen through a window.

    Args:
        images: `(B, h, w, 3)`.
        view: Which view.
        window: The window; it slides over the view at its own scale.
        see: What looks.
        num_classes: C.
    """

    def __init__(
        self,
        images: tf.Tensor,
        view: View,
        window: Window,
        see: See,
        num_classes: int,
    ):
        self._images = view.shown(images)
        self._view, self._see = view, see
        self._num_classes = num_classes
        height, width = tf.shape(self._images).numpy()[1:3].tolist()
        self.shape: tuple[int, int] = (height, width)
        self._sides = [
            min(*pair) for pair in zip(window.size, self.shape, strict=True)
        ]
        self._rows, self._columns = window.starts(self.shape)
        # A row of windows by its first pixel: by column, by segmenter.
        self._seen: dict[int, list[list[tf.Tensor]]] = {}

    def logits(
        self, segmenter: int, size: tuple[int, int], first: int, count: int
    ) -> tf.Tensor:
        """Rows `first` to `first + count` of the averaged logits.

        Args:
            segmenter: Whose.
            size: Output (H, W), corners aligned with the look's.
            first: The first row; must not fall from call to call.
            count: How many rows.

        Returns:
            float32 `(B, count, W, C)`.
        """
        down = _places(self.shape[0], size[0])[first : first + count]
        along = _places(self.shape[1], size[1])
        shape = (len(self._images), count, size[1], self._num_classes)
        total = np.zeros(shape, np.float32)
        times = np.zeros((count, size[1], 1), np.float32)
        for start in self._rows:
            rows = _inside(down, start, self._sides[0])
            if rows.start == rows.stop:
                if start + self._sides[0] <= down[0]:
                    self._seen.pop(start, None)
                continue
            for column, logits in zip(
                self._columns, self._row(start), strict=True
            ):
                left = column
                if self._view.is_mirrored:
                    left = self.shape[1] - self._sides[1] - column
                columns = _inside(along, left, self._sides[1])
                found = _sampled(
                    logits[segmenter],
                    _shares(down[rows] - start, self._sides[0]),
                    _shares(along[columns] - left, self._sides[1]),
                )
                total[:, rows, columns] += found.numpy()
                times[rows, columns] += 1
        return tf.constant(total / times)

    def _row(self, start):
        if start not in self._seen:
            height, width = self._sides
            self._seen[start] = [
                [
                    self._view.seen(logits)
                    for logits in self._see(
                        self._images[
                            :, start : start + height, left : left + width
                        ]
                    )
                ]
                for left in self._columns
            ]
        return self._seen[start]


def _places(num_inputs: int, num_outputs: int) -> np.ndarray:
    """Where outputs lie among the inputs, corners aligned."""
    return np.arange(num_outputs) * (num_inputs - 1) / max(num_outputs - 1, 1)


def _inside(places: np.ndarray, start: int, side: int) -> slice:
    """The outputs whose nearest pixel is in a window."""
    nearest = np.floor(places + 0.5)
    low, high = np.searchsorted(nearest, [start, start + side])
    return slice(int(low), int(high))


def _shares(places: np.ndarray, side: int) -> np.ndarray:
    """Places in a window, 0 at its first pixel and 1 at its last."""
    return np.clip(places / max(side - 1, 1), 0, 1)


def _sampled(logits, down, along):
    """Bilinear values `(B, rows, columns, C)` at those shares."""
    logits = tf.cast(logits, tf.float32)
    height, width = logits.shape[1:3]

    def between(maps, shares, length, axis):
        places = shares * (length - 1)
        low = np.floor(places).astype(np.int32)
        high = np.minimum(low + 1, length - 1)
        share = (places - low).astype(np.float32)
        share = share.reshape((-1, 1, 1) if axis == 1 else (-1, 1))
        start = tf.gather(maps, low, axis=axis)
        return start + (tf.gather(maps, high, axis=axis) - start) * share

    return between(between(logits, along, width, 2), down, height, 1)
