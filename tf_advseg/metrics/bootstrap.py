"""How sure an mIoU, or a difference of two, is: the bootstrap over images.

    B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993.

A validation split is a sample of the images a camera might take. Drawing as
many images from it again and again, with replacement, shows how far the
result would move with another sample. Two models are compared on the SAME
drawn images (paired): what makes an image hard for both cancels out.

mIoU is no mean over images: each draw adds up the pixels of its images and
divides once, as `tf_advseg.metrics.iou` does. Three numbers an image and class
are enough for that.

What this leaves out: another seed of the same training may differ by more
than another sample of images. Where several seeds are given they are drawn
again too.

Letters: R draws, S seeds, N images, C classes.
"""

import dataclasses
import warnings
from collections.abc import Callable
from collections.abc import Sequence

import numpy as np

INTERSECTION, TRUTH, PREDICTED = 0, 1, 2
"""What the second axis of pixel counts `(N, 3, C)` counts."""

_DRAWS_AT_ONCE = 250


@dataclasses.dataclass(frozen=True)
class Interval:
    """A number, or one a class, and the range that its draws fall into.

    Args:
        value: The number for the images as they are, or `(C,)`.
        low: Lower end of the interval.
        high: Upper end.
        level: Share of the draws inside it, 0.95 say.
    """

    value: float | np.ndarray
    low: float | np.ndarray
    high: float | np.ndarray
    level: float


def pixel_counts(confusion: np.ndarray) -> np.ndarray:
    """Returns what the IoUs of a confusion matrix need, int64 `(3, C)`.

    Example:
        >>> pixel_counts(np.array([[3, 1], [0, 4]])).tolist()
        [[3, 4], [4, 4], [3, 5]]
    """
    return np.stack(
        [np.diagonal(confusion), confusion.sum(axis=1), confusion.sum(axis=0)]
    )


def iou_of_counts(counts: np.ndarray) -> np.ndarray:
    """Returns IoUs `(..., C)` of pixel counts `(..., 3, C)`; NaN if absent."""
    intersection = counts[..., INTERSECTION, :].astype(np.float64)
    union = counts[..., TRUTH, :] + counts[..., PREDICTED, :] - intersection
    empty = np.full(intersection.shape, np.nan)
    return np.divide(intersection, union, out=empty, where=union > 0)


def miou_of_counts(counts: np.ndarray) -> np.ndarray:
    """Returns the mean over the classes that occur `(...)`; NaN if none."""
    iou = iou_of_counts(counts)
    present = ~np.isnan(iou)
    number = present.sum(axis=-1)
    total = np.where(present, iou, 0.0).sum(axis=-1)
    empty = np.full(np.shape(total), np.nan)
    return np.divide(total, number, out=empty, where=number > 0)


def paired_difference(
    after: Sequence[np.ndarray],
    before: Sequence[np.ndarray],
    *,
    statistic: Callable[[np.ndarray], np.ndarray] = miou_of_counts,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The gain of one method over another, with its interval.

    With one seed images are drawn; with several, seeds and images (one draw
    of images for all seeds: they saw the same ones).

    Args:
        after: One array `(N, 3, C)` of pixel counts a seed.
        before: The same of the other method; entry s is compared with entry
            s of `after`. All arrays are of the same images in one order.
        statistic: What is gained: `miou_of_counts`, or `iou_of_counts` for
            each class's gain `(C,)`.
        draws: R.
        level: Share of the draws inside the interval.
        seed: Of the draws.

    Returns:
        Fractions (0-1); the value is the mean gain over the seeds. NaN for a
        class that occurs nowhere.

    Raises:
        ValueError: If there is nothing to compare or the shapes differ.
    """
    shapes = {np.shape(counts) for counts in (*after, *before)}
    if len(shapes) != 1 or len(after) != len(before):
        raise ValueError(
            "A paired comparison needs pixel counts (N, 3, C) of the same "
            "images and classes, as many before as after; received "
            f"{len(before)} before, {len(after)} after, of the shapes "
            f"{sorted(shapes)}."
        )
    # Whole numbers below 2^53: exact, and matrix products of floats are fast.
    counts_after, counts_before = (
        np.stack(counts).astype(np.float64) for counts in (after, before)
    )

    def gain(images):
        """Of each seed, for draws of images (R, N): (R, S) or (R, S, C)."""
        drawn_after, drawn_before = (
            np.einsum("rn,snkc->rskc", images, counts, optimize=True)
            for counts in (counts_after, counts_before)
        )
        return statistic(drawn_after) - statistic(drawn_before)

    value = gain(np.ones((1, counts_after.shape[1]))).mean(axis=1)[0]
    gains = _drawn(gain, counts_after.shape[:2], draws, seed)
    return _around(value, gains, level)


def interval_of(
    counts: np.ndarray,
    *,
    statistic: Callable[[np.ndarray], np.ndarray] = miou_of_counts,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The result of one model, with its interval: images are drawn.

    Args:
        counts: Pixel counts `(N, 3, C)`.
        statistic, draws, level, seed: As for `paired_difference`.

    Returns:
        Fractions (0-1); NaN for a class that occurs nowhere.

    Raises:
        ValueError: If there are no images.
    """
    if np.ndim(counts) != 3 or not len(counts):
        raise ValueError(
            "An interval needs pixel counts (N, 3, C) of some images; "
            f"received the shape {np.shape(counts)}."
        )
    as_float = np.asarray(counts, np.float64)

    def result(images):
        """For draws of images (R, N): (R, 1) or (R, 1, C)."""
        drawn = np.einsum("rn,nkc->rkc", images, as_float, optimize=True)
        return statistic(drawn)[:, None]

    value = result(np.ones((1, len(as_float))))[0, 0]
    results = _drawn(result, (1, len(as_float)), draws, seed)
    return _around(value, results, level)


def _around(value, drawn, level):
    """A value with the range that `level` of the draws `(R, ...)` are in."""
    tail = (1 - level) / 2
    with warnings.catch_warnings():
        # A class that occurs nowhere is NaN in every draw, and so are its ends.
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    return Interval(value, low, high, level)


def _drawn(gain, shape, draws, seed):
    """The mean over the drawn seeds in each draw, `(R,)` or `(R, C)`."""
    num_seeds, num_images = shape
    generator = np.random.default_rng(seed)
    found = []
    for start in range(0, draws, _DRAWS_AT_ONCE):
        number = min(_DRAWS_AT_ONCE, draws - start)
        images, seeds = (
            generator.multinomial(total, np.full(total, 1 / total), number)
            for total in (num_images, num_seeds)
        )
        found.append(np.einsum("rs,rs...->r...", seeds, gain(images)))
    return np.concatenate(found) / num_seeds
