"""Images to look at, a slider between source-only and adapted on each."""

from typing import Any

import numpy as np

from tf_advseg.reporting.facts import Report


def values(report: Report) -> dict[str, Any]:
    """Returns the gain of each image in mIoU, if both models have one."""
    runs = [report.main.adapted, report.main.baseline]
    if any(run is None or run.truth is None for run in runs):
        return {"gains": None}
    after, before = (
        dict(zip(run.target.keys, run.truth.image_mious, strict=True))
        for run in runs
    )
    both = [after[key] - before[key] for key in after if key in before]
    return {"gains": np.array(both)}
