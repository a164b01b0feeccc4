"""The gain of each class as a bar from zero, for the rows of a table."""

import numpy as np

from tf_advseg.metrics.bootstrap import Interval
from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import signed_points

_HEIGHT = 16


def bars_of_gains(
    gain: np.ndarray, intervals: Interval | None = None
) -> dict[int, Html]:
    """Returns class ids with their bars, the largest gain first.

    Args:
        gain: `(C,)` differences of fractions; NaN where a class is absent,
            which comes last.
        intervals: Their intervals `(C,)`, drawn as thin lines.
    """
    ends = [gain]
    if intervals is not None:
        ends += [np.asarray(intervals.low), np.asarray(intervals.high)]
    span = padded_range(np.concatenate(ends), include=(0.0,))
    order = np.argsort(np.where(np.isnan(gain), np.inf, -gain), kind="stable")
    return {
        int(index): _bar(gain[index], [end[index] for end in ends[1:]], span)
        for index in order
    }


def _bar(gain, interval, span):
    """A bar from zero; the picture is stretched to the room it has."""
    if np.isnan(gain):
        return tag("span", "absent", class_="absent")
    low, high = span

    def place(value):
        return 100 * (value - low) / (high - low)

    zero, end, middle = place(0.0), place(gain), _HEIGHT / 2
    drawn = [
        tag(
            "rect",
            x=min(zero, end),
            y=3,
            width=abs(end - zero),
            height=_HEIGHT - 6,
        ),
        tag("line", x1=zero, x2=zero, y1=0, y2=_HEIGHT, class_="zero"),
    ]
    words = f"{signed_points(gain)} points"
    if interval and not np.isnan(interval).any():
        ends = {"x1": place(interval[0]), "x2": place(interval[1])}
        drawn.append(tag("line", y1=middle, y2=middle, class_="span", **ends))
        words += ", " + " to ".join(signed_points(end) for end in interval)
    return tag(
        "svg",
        tag("title", words),
        drawn,
        viewBox=f"0 0 100 {_HEIGHT}",
        preserveAspectRatio="none",
        class_=f"bar {'gain' if gain > 0 else 'loss'}",
    )
