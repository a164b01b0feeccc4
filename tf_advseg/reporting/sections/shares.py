"""What is predicted where: shares of the classes, with or without labels."""

import numpy as np

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import points

_COLLAPSED = 0.9


def section(report: Report) -> Html | None:
    """Returns the share of each class in predictions and in labels."""
    pair = report.main
    target = pair.adapted.target
    if target is None:
        return None
    columns = {}
    source = pair.adapted.source
    if source is not None and source.truth is not None:
        columns["labels, source"] = _true_shares(source)
    if pair.baseline is not None and pair.baseline.target is not None:
        columns["source-only"] = pair.baseline.target.class_shares
    columns["adapted"] = target.class_shares
    if target.truth is not None:
        columns["labels, target"] = _true_shares(target)
    return blocks.section(
        "shares",
        "What is predicted",
        blocks.paragraph(
            "Percent of the target's pixels that are predicted as each class, "
            "beside the labels' shares. A class that grows far beyond "
            "them is swallowing others."
        ),
        _collapse(report, target),
        blocks.class_table(report.class_names, report.palette, columns),
    )


def _true_shares(measurement):
    true_pixels = measurement.truth.confusion.sum(axis=1)
    return true_pixels / max(true_pixels.sum(), 1)


def _collapse(report, target):
    largest = int(np.argmax(target.class_shares))
    share = target.class_shares[largest]
    if share < _COLLAPSED or len(report.class_names) == 1:
        return None
    return blocks.missing(
        f"{report.class_names[largest]} covers {points(share)} % of the "
        "target: this model may have collapsed."
    )
