"""Means over the runs of several seeds."""

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

import numpy as np

from tf_advseg.reporting.facts import RunFacts


def mean_over(
    runs: Iterable[RunFacts | None], read: Callable[[RunFacts], Any]
) -> Any:
    """Returns the mean of a number, or of an array, over runs.

    Args:
        runs: The seeds.
        read: What to take the mean of.

    Returns:
        None if there are no runs, one is missing, or one lacks the number.
    """
    values = [None if run is None else read(run) for run in runs]
    found = [value for value in values if value is not None]
    if not found or len(found) < len(values):
        return None
    return np.mean(found, axis=0)


def mean_iou(runs: Iterable[RunFacts | None]) -> np.ndarray | None:
    """Returns the IoU of every class on the target `(C,)`."""
    return mean_over(runs, lambda run: run.iou)


def mean_miou(runs: Iterable[RunFacts | None]) -> float | None:
    """Returns the mIoU on the target."""
    return mean_over(runs, lambda run: run.miou)
