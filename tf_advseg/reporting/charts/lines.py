"""Numbers over the steps of a run."""

import dataclasses
from collections.abc import Sequence

from tf_advseg.reporting.charts.frame import BOTTOM
from tf_advseg.reporting.charts.frame import TOP
from tf_advseg.reporting.charts.frame import Frame
from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.charts.plot import plot
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import short

MOST_POINTS = 240


@dataclasses.dataclass(frozen=True)
class Line:
    """One curve.

    Args:
        name: In the key below the chart.
        points: `(step, value)`.
        style: Class of the style sheet: "before", "after", "c1" to "c8".
    """

    name: str
    points: Sequence[tuple[float, float]]
    style: str


@dataclasses.dataclass(frozen=True)
class Mark:
    """A moment to notice.

    Args:
        step: When.
        text: What happened.
    """

    step: int
    text: str


def line_chart(
    title: str,
    lines: Sequence[Line],
    marks: Sequence[Mark] = (),
    healthy: tuple[float, float] | None = None,
) -> Html:
    """Returns curves, marks as red rules and the healthy range as a band."""
    lines = [dataclasses.replace(i, points=thinned(i.points)) for i in lines]
    steps = [p[0] for line in lines for p in line.points]
    values = [p[1] for line in lines for p in line.points]
    start = min([0, *steps])
    end = max([start + 1, *steps, *(mark.step for mark in marks)])
    frame = Frame((start, end), padded_range([*values, *(healthy or ())]))
    drawn = [*_band(frame, healthy), *frame.axes("step")]
    drawn += [_mark(frame, mark) for mark in marks]
    drawn += [_line(frame, line) for line in lines]
    return plot(
        title,
        frame.svg(f"{title} over the steps of training", drawn),
        [(line.name, line.style) for line in lines],
    )


def thinned(points: Sequence[tuple[float, float]]) -> list:
    """Returns means of neighbours where there are more than `MOST_POINTS`.

    The last point stays as it is.
    """
    if len(points) <= MOST_POINTS:
        return list(points)
    size = -(-len(points) // MOST_POINTS)
    found = []
    for start in range(0, len(points), size):
        some = points[start : start + size]
        steps, values = zip(*some, strict=True)
        found.append((sum(steps) / len(some), sum(values) / len(some)))
    return [*found[:-1], tuple(points[-1])]


def _line(frame, line):
    title = tag("title", line.name)
    if len(line.points) == 1:
        ((x, y),) = line.points
        return tag(
            "circle",
            title,
            cx=frame.x(x),
            cy=frame.y(y),
            r=4,
            class_=f"dot {line.style}",
        )
    path = frame.path(*zip(*line.points, strict=True)) if line.points else ""
    return tag("path", title, d=path, class_=f"line {line.style}")


def _mark(frame, mark):
    x = frame.x(mark.step)
    floor = frame.height - BOTTOM
    return tag(
        "g",
        tag("title", f"step {mark.step}: {mark.text}"),
        tag("line", x1=x, x2=x, y1=TOP, y2=floor),
        tag("path", d=f"M{x - 5:.1f} {TOP}h10l-5 8z"),
        class_="mark",
    )


def _band(frame, healthy):
    if healthy is None:
        return []
    low, high = (
        min(max(end, frame.y_range[0]), frame.y_range[1]) for end in healthy
    )
    left, right = (frame.x(end) for end in frame.x_range)
    title = tag("title", f"healthy: {short(healthy[0])} to {short(healthy[1])}")
    return [
        tag(
            "rect",
            title,
            x=left,
            y=frame.y(high),
            width=right - left,
            height=max(0.0, frame.y(low) - frame.y(high)),
            class_="healthy",
        )
    ]
