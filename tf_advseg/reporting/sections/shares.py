"""What is predicted where: shares of the classes, with or without labels."""

from typing import Any

import numpy as np

from tf_advseg.reporting.facts import Report

_COLLAPSED = 0.9


def values(report: Report) -> dict[str, Any]:
    """Returns shares of the classes in predictions and in labels.

    And the class that covers nearly all of the target, if one does.
    """
    pair = report.main
    target = pair.adapted.target
    if target is None:
        return {"columns": {}, "swallowing": None}
    columns = {}
    source = pair.adapted.source
    if source is not None and source.truth is not None:
        columns["labels, source"] = _true_shares(source)
    if pair.baseline is not None and pair.baseline.target is not None:
        columns["source-only"] = pair.baseline.target.class_shares
    columns["adapted"] = target.class_shares
    if target.truth is not None:
        columns["labels, target"] = _true_shares(target)
    largest = int(np.argmax(target.class_shares))
    has_collapsed = target.class_shares[largest] >= _COLLAPSED
    swallowing = has_collapsed and len(report.class_names) > 1
    return {"columns": columns, "swallowing": largest if swallowing else None}


def _true_shares(measurement):
    true_pixels = measurement.truth.confusion.sum(axis=1)
    return true_pixels / max(true_pixels.sum(), 1)
