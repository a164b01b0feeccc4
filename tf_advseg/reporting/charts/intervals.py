"""Gains with their intervals against zero."""

from collections.abc import Sequence

from tf_advseg.metrics.bootstrap import Interval
from tf_advseg.reporting.charts.frame import label
from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.charts.frame import ticks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.page.numbers import signed_range

_WIDTH, _ROW, _MARGIN = 360, 26, 14


def interval_chart(
    title: str, rows: Sequence[tuple[str, Interval]], named: bool = True
) -> Html:
    """Returns one line a gain, a dot in its interval; zero is a rule.

    Args:
        title: What a screen reader says.
        rows: Names and gains (fractions; shown in points).
        named: Whether the names stand above the lines.
    """
    ends = [float(end) for _, gain in rows for end in (gain.low, gain.high)]
    low, high = padded_range(ends, include=(0.0,))
    # Zero needs room on both sides for its name.
    span = high - low
    low, high = min(low, -0.08 * span), max(high, 0.08 * span)
    step = _ROW + (14 if named else 0)
    floor = 6 + step * len(rows)

    def place(value):
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * (value - low) / (high - low)

    drawn = [
        label(place(tick), floor + 16, signed_points(tick))
        for tick in ticks(low, high, 5)
    ]
    drawn.append(_rule(place(0.0), floor, "zero"))
    for index, (name, gain) in enumerate(rows):
        y = 6 + step * (index + 1) - _ROW / 2
        if named:
            drawn.append(label(_MARGIN, y - 11, name, "start"))
        drawn.append(_bar(place, y, name, gain))
    return tag(
        "svg",
        drawn,
        viewBox=f"0 0 {_WIDTH} {floor + 22}",
        class_="chart intervals",
        role="img",
        aria_label=title,
    )


def _rule(x, floor, style):
    return tag("line", x1=x, x2=x, y1=2, y2=floor, class_=style)


def _bar(place, y, name, gain):
    style = "gain" if gain.low > 0 else "loss" if gain.high < 0 else "even"
    value = signed_points(gain.value)
    words = f"{name}: {value} points, {signed_range(gain)}"
    left, right = place(gain.low), place(gain.high)
    y = float(y)
    return tag(
        "g",
        tag("title", words),
        tag("line", x1=left, x2=right, y1=y, y2=y, class_="span"),
        tag("circle", cx=place(gain.value), cy=y, r=6),
        class_=f"interval {style}",
    )
