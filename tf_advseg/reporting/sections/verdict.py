"""Did adaptation pay? The first thing to read."""

import numpy as np

from tf_advseg.metrics.iou import mean_of_present
from tf_advseg.reporting.charts import interval_chart
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import count
from tf_advseg.reporting.page.numbers import decimal
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.sections.doubts import doubts
from tf_advseg.reporting.verdict import judge


def section(report: Report) -> Html:
    """Returns the answer, the gain with its interval, and the doubts."""
    group = report.groups[0]
    verdict = judge(group)
    found = doubts(report)
    return tag(
        "section",
        tag("p", "Did adaptation pay?", class_="question"),
        tag("h2", verdict.headline),
        _gain(group),
        tag("p", verdict.reason, class_="reason"),
        _tiles(group),
        tag("ul", [tag("li", doubt) for doubt in found], class_="doubts")
        if found
        else None,
        id="verdict",
        class_=f"verdict {verdict.answer}",
    )


def _gain(group: Group) -> Html | None:
    """The number, what it is made of, and its interval as a picture."""
    before = _mean(pair.baseline for pair in group.pairs)
    after = _mean(pair.adapted for pair in group.pairs)
    if before is None or after is None:
        return None
    gain = group.gain
    value = after - before if gain is None else gain.value
    target = group.pairs[0].adapted
    where = target.target or target.record.recorded
    number = len(where.keys) if target.target else where.num_images
    seeds = count(len(group.pairs), "seed")
    words = [
        tag("span", signed_points(value), class_="big"),
        tag("span", "mIoU points", class_="unit"),
    ]
    story = (
        f"mIoU {points(before)} with source-only training, {points(after)} "
        f"with {group.label}, on {count(number, 'image')} of {where.domain} "
        f"({where.split}), {seeds}."
    )
    chart = None
    if gain is not None:
        level = f"{100 * gain.level:.0f} % interval"
        interval = (
            f"{level}: {signed_points(gain.low)} to {signed_points(gain.high)}"
        )
        chart = tag(
            "figure",
            interval_chart(
                f"gain and its {level}", [("gain", gain)], named=False
            ),
            tag("figcaption", interval),
        )
    return tag(
        "div",
        tag("div", tag("p", words, class_="gain"), tag("p", story)),
        chart,
        class_="headline",
    )


def _mean(runs) -> float | None:
    mious = [run.miou for run in runs if run is not None]
    if not mious or any(miou is None for miou in mious):
        return None
    return float(np.mean(mious))


_TILES = (
    ("Entropy, target", "target", lambda m: m.mean_entropy, decimal),
    ("Calibration error, %", "target", lambda m: _error(m.truth), points),
    ("Boundary IoU", "target", lambda m: _outlines(m.truth), points),
    ("Entropy, source", "source", lambda m: m.mean_entropy, decimal),
    ("mIoU, source", "source", lambda m: m.truth and m.truth.miou, points),
)
"""Title, domain, what is read of a measurement, and how it is written."""


def _error(truth):
    return truth and truth.reliability.expected_error


def _outlines(truth):
    return truth and mean_of_present(truth.boundary_iou)


def _tiles(group: Group) -> Html:
    """A few numbers that the sections below explain, means of the seeds."""
    found = []
    for title, place, read, write in _TILES:
        after, before = (
            _mean_of(runs, place, read)
            for runs in (
                [pair.adapted for pair in group.pairs],
                [pair.baseline for pair in group.pairs],
            )
        )
        if after is not None:
            note = f"was {write(before)}" if before is not None else None
            found.append(blocks.tile(title, write(after), note))
    return blocks.tiles(found)


def _mean_of(runs, place, read) -> float | None:
    """The mean over runs, or None if one lacks the number."""
    measured = [None if run is None else getattr(run, place) for run in runs]
    values = [None if found is None else read(found) for found in measured]
    if any(value is None for value in values):
        return None
    return float(np.mean(values))
