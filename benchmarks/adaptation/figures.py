"""The arithmetic of the tables: means, gains seed by seed, share of the gap.

mIoUs are in points (0-100) here. `chosen` are the weights that were chosen
without labels of the target, `last` those after the last step, `best` those of
the run's snapshots with the highest mIoU, which only labels can tell.
"""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from benchmarks.adaptation.records import Figures

LAST, CHOSEN, BEST = "last", "chosen", "best"
BySeed = Mapping[int, Figures]


def mious(runs: BySeed, weights: str) -> dict[int, float]:
    """The mIoU of each seed's weights, of the seeds that it is known of.

    Args:
        runs: Of one method, by seed.
        weights: `LAST`, `CHOSEN` or `BEST`.
    """
    found = {seed: miou(figures, weights) for seed, figures in runs.items()}
    return {seed: value for seed, value in found.items() if value is not None}


def miou(figures: Figures, weights: str) -> float | None:
    """The mIoU of one run's weights; None of the best, unless every snapshot
    was measured."""
    if weights != BEST:
        return 100 * figures[weights]["miou"]
    measured = [one["miou"] for one in figures["candidates"]]
    return None if None in measured else 100 * max(measured)


def class_mious(
    runs: BySeed, weights: str, names: Sequence[str]
) -> dict[int, float]:
    """The mean IoU of some classes, of each seed's last or chosen weights.

    A class that occurs nowhere, in truth or prediction, is in no mean.
    """
    found = {}
    for seed, figures in runs.items():
        ious = [figures[weights]["iou"][name] for name in names]
        found[seed] = 100 * float(np.mean([i for i in ious if i is not None]))
    return found


def class_iou(runs: BySeed, weights: str, name: str) -> float | None:
    """The mean over seeds of one class's IoU; None if it occurs in none."""
    known = [
        figures[weights]["iou"][name]
        for figures in runs.values()
        if figures[weights]["iou"][name] is not None
    ]
    return 100 * float(np.mean(known)) if known else None


def gains(
    values: Mapping[int, float], baseline: Mapping[int, float]
) -> dict[int, float]:
    """Differences to the baseline of the same seed, where both are known."""
    return {
        seed: value - baseline[seed]
        for seed, value in sorted(values.items())
        if seed in baseline
    }


def gap_share(
    values: Mapping[int, float],
    baseline: Mapping[int, float],
    oracle: Mapping[int, float],
) -> float | None:
    """How much of the way from the baseline to the oracle is gone, in percent.

    The gain's mean over the gap's mean, of the seeds that all three have; None
    without any, or if the oracle is no better than the baseline.
    """
    seeds = values.keys() & baseline.keys() & oracle.keys()
    gain = sum(values[seed] - baseline[seed] for seed in seeds)
    gap = sum(oracle[seed] - baseline[seed] for seed in seeds)
    return 100 * gain / gap if gap > 0 else None


def spread(values: Sequence[float], sign: str = "") -> str:
    """Mean and sample standard deviation, where there are two values.

    >>> spread([1.0, 3.0], "+")
    '+2.0 ± 1.4'
    """
    if not values:
        return "-"
    mean = f"{np.mean(values):{sign}.1f}"
    return f"{mean} ± {np.std(values, ddof=1):.1f}" if len(values) > 1 else mean


def three_weights(by_seed: BySeed) -> list[str]:
    """Mean and deviation of last, chosen and best weights.

    Best ones that only some seeds know would be no mean beside the others.
    """
    found = [mious(by_seed, weights) for weights in (LAST, CHOSEN, BEST)]
    return [
        spread(list(values.values() if len(values) == len(by_seed) else []))
        for values in found
    ]


def gain_cells(
    values: Mapping[int, float], base: Mapping[int, float]
) -> list[str]:
    """Gains by seed, and their mean and deviation."""
    found = list(gains(values, base).values())
    by_seed = ", ".join(f"{gain:+.1f}" for gain in found)
    return [by_seed or "-", spread(found, "+")]
