"""Several runs: mean and spread over seeds, method against method."""

from typing import Any

import numpy as np

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.means import mean_iou
from tf_advseg.reporting.page.numbers import NOTHING
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.page.numbers import signed_range


def values(report: Report) -> dict[str, Any]:
    """Returns the methods, a row and a gain of each, and their classes' IoU."""
    groups = [*report.groups, *([report.oracle] if report.oracle else [])]
    return {
        "groups": groups,
        "rows": _rows(report, groups),
        "gains": [(g.label, g.gain) for g in groups if g.gain is not None],
        "ious": _ious(report, groups) if len(groups) > 1 else {},
    }


def _rows(report, groups):
    rows = []
    baselines = [run.miou for run in report.baselines if run.miou is not None]
    if baselines:
        seeds = len(report.baselines)
        rows.append(["source_only", seeds, *_spread(baselines), "", ""])
    for group in groups:
        label = group.label
        if group is report.oracle:
            label = f"{label} (upper bound: trained on target labels)"
        gain = interval = NOTHING
        if group.gain is not None:
            gain = signed_points(group.gain.value)
            interval = signed_range(group.gain)
        seeds = len(group.pairs)
        rows.append([label, seeds, *_spread(group.mious), gain, interval])
    return rows


def _spread(mious):
    """Mean, sample standard deviation, and each."""
    if not mious:
        return (NOTHING,) * 3
    mean, deviation = points(float(np.mean(mious))), NOTHING
    if len(mious) > 1:
        deviation = points(float(np.std(mious, ddof=1)))
    return mean, deviation, ", ".join(points(miou) for miou in mious)


def _ious(report, groups):
    """Mean IoU of every class by method, where it is known."""
    runs = {"source_only": report.baselines}
    runs |= {group.label: group.adapted for group in groups}
    means = {title: mean_iou(some) for title, some in runs.items()}
    return {title: mean for title, mean in means.items() if mean is not None}
