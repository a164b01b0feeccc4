"""How sure a difference in mIoU is: the bootstrap over images.

    B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993.

A validation split is a sample of the images a camera might take. Drawing as
many images from it again and again, with replacement, shows how far the
result would move with another sample. Two models are compared on the SAME
drawn images (paired): what makes an image hard for both cancels out.

mIoU is no mean over images: each draw adds up the pixels of its images and
divides once, as `tf_advseg.metrics` does. Three numbers an image and class
are enough for that.

What this leaves out: another seed of the same training may differ by more
than another sample of images. Where several seeds are given they are drawn
again too.

Letters: R draws, S seeds, N images, C classes.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

INTERSECTION, TRUTH, PREDICTED = 0, 1, 2
"""What the second axis of pixel counts `(N, 3, C)` counts."""

_DRAWS_AT_ONCE = 250


@dataclasses.dataclass(frozen=True)
class Interval:
    """A number and the range that its draws fall into.

    Args:
        value: The number for the images as they are.
        low: Lower end of the interval.
        high: Upper end.
        level: Share of the draws inside it, 0.95 say.
    """

    value: float
    low: float
    high: float
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
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """The gain in mIoU of one method over another, with its interval.

    With one seed images are drawn; with several, first seeds and then the
    images (one draw of images for all seeds: they saw the same ones).

    Args:
        after: One array `(N, 3, C)` of pixel counts a seed.
        before: The same of the other method; entry s is compared with entry
            s of `after`. All arrays are of the same images in one order.
        draws: R.
        level: Share of the draws inside the interval.
        seed: Of the draws.

    Returns:
        Fractions (0-1); the value is the mean gain over the seeds.

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
    gains = _drawn_gains(np.stack(after), np.stack(before), draws, seed)
    pairs = zip(after, before, strict=True)
    value = np.mean([_gain(a.sum(axis=0), b.sum(axis=0)) for a, b in pairs])
    tail = (1 - level) / 2
    low, high = np.nanquantile(gains, [tail, 1 - tail])
    return Interval(float(value), float(low), float(high), level)


def _gain(after, before):
    return miou_of_counts(after) - miou_of_counts(before)


def _drawn_gains(after, before, draws, seed):
    """The mean gain over the drawn seeds in each draw `(R,)`."""
    num_seeds, num_images = after.shape[:2]
    # Whole numbers below 2^53: exact, and matrix products of floats are fast.
    after, before = after.astype(np.float64), before.astype(np.float64)
    generator = np.random.default_rng(seed)
    found = []
    for start in range(0, draws, _DRAWS_AT_ONCE):
        number = min(_DRAWS_AT_ONCE, draws - start)
        images = generator.multinomial(
            num_images, np.full(num_images, 1 / num_images), number
        )
        seeds = generator.multinomial(
            num_seeds, np.full(num_seeds, 1 / num_seeds), number
        )
        # (R, N) draws times (S, N, 3, C) counts: no sum over pixels twice.
        gains = _gain(
            np.einsum("rn,snkc->rskc", images, after, optimize=True),
            np.einsum("rn,snkc->rskc", images, before, optimize=True),
        )
        found.append((gains * seeds).sum(axis=1) / num_seeds)
    return np.concatenate(found)
