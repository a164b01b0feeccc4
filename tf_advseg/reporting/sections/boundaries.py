"""How well outlines are met."""

import numpy as np

from tf_advseg.metrics.boundary_iou import DISTANCE
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.gain_table import gain_table
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import points


def section(report: Report) -> Html:
    """Returns the boundary IoU of every class, before and after."""
    pair = report.main
    after = _of(pair.adapted)
    before = _of(pair.baseline) if pair.baseline else None
    if after is None:
        body = blocks.missing("Boundary IoU needs labels of the target.")
    elif before is None:
        body = blocks.class_table(
            report.class_names, report.palette, {"boundary IoU": after}
        )
    else:
        body = gain_table(
            report.class_names,
            report.palette,
            ("source-only", "adapted"),
            before,
            after,
        )
    means = None
    if after is not None:
        means = blocks.paragraph(
            "IoU of the pixels near the outlines, those closer than "
            f"{100 * DISTANCE:g} % of the image's diagonal (Cheng et al. "
            "2021): large classes must be met at their edges too. Mean of "
            "the classes: ",
            f"{points(_mean(before))} source-only, "
            if before is not None
            else "",
            f"{points(_mean(after))} adapted.",
        )
    return blocks.section("boundaries", "Outlines", means, body)


def _of(run):
    if run.target is None or run.target.truth is None:
        return None
    return run.target.truth.boundary_iou


def _mean(values):
    return float(np.nanmean(values))
