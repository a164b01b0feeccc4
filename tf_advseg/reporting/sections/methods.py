"""Several runs: mean and spread over seeds, method against method."""

import itertools

import numpy as np

from tf_advseg.reporting.charts import interval_chart
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import NOTHING
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.sections.classes import mean_iou


def section(report: Report) -> Html | None:
    """Returns the methods' table; None for a single pair."""
    groups = [*report.groups, *([report.oracle] if report.oracle else [])]
    if len(groups) == 1 and len(groups[0].pairs) == 1:
        return None
    return blocks.section(
        "methods",
        "Methods and seeds",
        blocks.paragraph(
            "Mean mIoU on the target over the seeds, with their sample "
            "standard deviation. Gains are over the source-only runs of the "
            "same seeds; their intervals draw images, and seeds where there "
            "are several, again and again."
        ),
        _table(report, groups),
        _gains(groups),
        _against(report),
        _classes(report, groups),
    )


def _table(report, groups):
    rows = []
    baselines = [run.miou for run in report.baselines if run.miou is not None]
    if baselines:
        rows.append(("source_only", len(report.baselines), *_spread(baselines)))
        rows[0] += ("", "")
    for group in groups:
        label = group.label
        if group is report.oracle:
            label = f"{label} (upper bound: trained on target labels)"
        gain = interval = NOTHING
        if group.gain is not None:
            low, high = group.gain.low, group.gain.high
            gain = signed_points(group.gain.value)
            interval = f"{signed_points(low)} to {signed_points(high)}"
        rows.append(
            (label, len(group.pairs), *_spread(group.mious), gain, interval)
        )
    header = ("method", "seeds", "mIoU", "±", "each seed", "gain", "interval")
    return blocks.table(header, rows)


def _spread(mious):
    if not mious:
        return (NOTHING,) * 3
    deviation = points(np.std(mious, ddof=1)) if len(mious) > 1 else NOTHING
    each = ", ".join(points(miou) for miou in mious)
    return points(np.mean(mious)), deviation, each


def _gains(groups: list[Group]):
    rows = [(g.label, g.gain) for g in groups if g.gain is not None]
    if len(rows) < 2:
        return None
    return blocks.grid([interval_chart("gain of each method", rows)])


def _against(report: Report):
    """Each pair of methods, if there are several."""
    rows = []
    for one, other in itertools.combinations(report.groups, 2):
        found = report.contests.get((one.label, other.label))
        if found is None:
            continue
        better = "cannot be told"
        if found.low > 0:
            better = one.label
        elif found.high < 0:
            better = other.label
        rows.append(
            (
                one.label,
                other.label,
                better,
                signed_points(found.value),
                f"{signed_points(found.low)} to {signed_points(found.high)}",
            )
        )
    if not rows:
        return None
    header = ("method", "against", "better", "difference", "interval")
    return blocks.table(header, rows, words=3, caption="Method against method")


def _classes(report, groups):
    """Mean IoU of every class by method, where there are several."""
    if len(groups) < 2:
        return None
    runs = {"source_only": report.baselines}
    runs |= {g.label: [pair.adapted for pair in g.pairs] for g in groups}
    means = {title: mean_iou(some) for title, some in runs.items()}
    known = {title: mean for title, mean in means.items() if mean is not None}
    if len(known) < 2:
        return None
    return blocks.class_table(
        report.class_names,
        report.palette,
        known,
        caption="IoU of every class, mean of seeds",
    )
