"""Did adaptation pay? The first thing to read."""

from typing import Any

from tf_advseg.metrics.iou import mean_of_present
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.means import mean_miou
from tf_advseg.reporting.means import mean_over
from tf_advseg.reporting.page.numbers import decimal
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.sections.doubts import doubts
from tf_advseg.reporting.verdict import judge

_TILES = (
    ("Entropy, target", lambda run: _entropy(run.target), decimal),
    ("Calibration error, %", lambda run: _calibration(run.truth), points),
    ("Boundary IoU", lambda run: _outlines(run.truth), points),
    ("Entropy, source", lambda run: _entropy(run.source), decimal),
    ("mIoU, source", lambda run: _miou(run.source), points),
)
"""Title, what is read of a run, and how it is written."""


def values(report: Report) -> dict[str, Any]:
    """Returns the answer, what it is made of, its doubts, and a few numbers."""
    group = report.groups[0]
    return {
        "group": group,
        "verdict": judge(group),
        "before": mean_miou(group.baselines),
        "after": mean_miou(group.adapted),
        "tiles": _tiles(group),
        "doubts": doubts(report),
    }


def _tiles(group: Group) -> list[tuple[str, str, str | None]]:
    """Title, number and what it was: means of the seeds."""
    found = []
    for title, read, write in _TILES:
        after = mean_over(group.adapted, read)
        before = mean_over(group.baselines, read)
        if after is not None:
            was = None if before is None else write(before)
            found.append((title, write(after), was))
    return found


def _entropy(measured):
    return measured and measured.mean_entropy


def _miou(measured):
    return measured and measured.truth and measured.truth.miou


def _calibration(truth):
    return truth and truth.reliability.expected_error


def _outlines(truth):
    return truth and mean_of_present(truth.boundary_iou)
