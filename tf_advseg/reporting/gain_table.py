"""A table of classes: before, after, and the gain as a bar from zero."""

from collections.abc import Sequence

import numpy as np

from tf_advseg.metrics.bootstrap import Interval
from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.page.blocks import swatched
from tf_advseg.reporting.page.blocks import table
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points

_HEIGHT = 16


def gain_table(
    class_names: Sequence[str],
    palette: Sequence[Sequence[int]],
    columns: tuple[str, str],
    before: np.ndarray,
    after: np.ndarray,
    gains: Interval | None = None,
    caption: str | None = None,
) -> Html:
    """Returns one row a class, the largest gain first, absent ones last.

    Args:
        class_names: C names.
        palette: C colours.
        columns: Titles of the columns before and after.
        before: `(C,)` fractions, shown times 100; NaN where absent.
        after: The same of the adapted model.
        gains: Intervals `(C,)`, drawn as thin lines.
        caption: Above the table.
    """
    gain = after - before
    ends = [gain] if gains is None else [gain, gains.low, gains.high]
    span = padded_range(np.concatenate(ends), include=(0.0,))
    order = np.argsort(np.where(np.isnan(gain), np.inf, -gain), kind="stable")
    rows = []
    for index in order:
        interval = None
        if gains is not None:
            interval = gains.low[index], gains.high[index]
        rows.append(
            (
                swatched(class_names[index], palette[index]),
                points(before[index]),
                points(after[index]),
                signed_points(gain[index]),
                _bar(gain[index], interval, span),
            )
        )
    header = ("class", *columns, "gain", "")
    return table(header, rows, caption=caption, style="gains")


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
    if interval is not None and not np.isnan(interval).any():
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
