"""Which classes gained, which lost."""

from collections.abc import Iterable

import numpy as np

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.reporting.gain_table import gain_table
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html


def section(report: Report) -> Html:
    """Returns the IoU of every class, before and after, mean of seeds."""
    pairs = report.groups[0].pairs
    after = mean_iou(pair.adapted for pair in pairs)
    before = mean_iou(pair.baseline for pair in pairs)
    return blocks.section(
        "classes", "Gains and losses", _body(report, before, after)
    )


def mean_iou(runs: Iterable[RunFacts | None]) -> np.ndarray | None:
    """Returns the IoU of every class `(C,)`, the mean of the runs.

    None if a run, or its IoU, is missing.
    """
    ious = [None if run is None else run.iou for run in runs]
    if not ious or any(iou is None for iou in ious):
        return None
    return np.mean(ious, axis=0)


def _body(report, before, after):
    if after is None:
        return blocks.missing(
            "IoU needs labels of the target, and there are none. The shares "
            "of the classes further down show whether one swallows others."
        )
    names, palette = report.class_names, report.palette
    if before is None:
        return [
            blocks.missing("There is no source-only run to compare with."),
            blocks.class_table(names, palette, {"IoU": after}),
        ]
    group = report.groups[0]
    text = "IoU on the target, times 100"
    if len(group.pairs) > 1:
        text += f", mean of {len(group.pairs)} seeds"
    if group.class_gains is not None:
        text += (
            ". Thin lines are 95 % intervals: where one crosses zero, the "
            "sign is not sure"
        )
    return [
        blocks.paragraph(f"{text}."),
        gain_table(
            names,
            palette,
            ("source-only", "adapted"),
            before,
            after,
            group.class_gains,
        ),
    ]
