"""Draws from a generator that give the same numbers under every numpy.

Only `Generator.random` is used: its stream for a seed has never changed,
while `choice` and `integers` may do so between versions.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Range = tuple[float, float]


def between(rng: np.random.Generator, limits: Range) -> float:
    """Returns a uniform number in `[low, high)`."""
    low, high = limits
    return low + (high - low) * rng.random()


def count(rng: np.random.Generator, mean: float) -> int:
    """Returns a count with this mean, spread evenly over 0 to 2 * mean."""
    return int(2 * mean * rng.random() + rng.random())


def happens(rng: np.random.Generator, probability: float) -> bool:
    """Returns True with the given probability."""
    return rng.random() < probability


def pick(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """Returns one of `items`, all equally likely."""
    return items[int(rng.random() * len(items))]
