"""The box that a chart is drawn in: axes, grid, and from numbers to places."""

import dataclasses
import math
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import short

LEFT, RIGHT, TOP, BOTTOM = 44, 10, 10, 34


@dataclasses.dataclass(frozen=True)
class Frame:
    """A chart's box.

    Args:
        x_range: Numbers at its left and right edge.
        y_range: Numbers at its lower and upper edge.
        width: Of the whole picture, letters included.
        height: The same.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: int = 360
    height: int = 220

    def x(self, value: float) -> float:
        """Returns the place of a number on the horizontal axis."""
        low, high = self.x_range
        room = self.width - LEFT - RIGHT
        return LEFT + room * (value - low) / (high - low)

    def y(self, value: float) -> float:
        """Returns the place of a number on the vertical axis."""
        low, high = self.y_range
        room = self.height - TOP - BOTTOM
        return TOP + room * (high - value) / (high - low)

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Returns an SVG path through points; a NaN interrupts it."""
        parts = []
        pen = "M"
        for x, y in zip(xs, ys, strict=True):
            if math.isnan(y):
                pen = "M"
                continue
            parts.append(f"{pen}{self.x(x):.1f} {self.y(y):.1f}")
            pen = "L"
        return "".join(parts)

    def svg(self, title: str, *children: Any) -> Html:
        """Returns the picture; `title` is what a screen reader says."""
        return tag(
            "svg",
            children,
            viewBox=f"0 0 {self.width} {self.height}",
            class_="chart",
            role="img",
            aria_label=title,
        )

    def axes(
        self,
        x_title: str,
        y_format: Callable[[float], str] = short,
        x_format: Callable[[float], str] = short,
    ) -> list[Html]:
        """Returns the grid with its numbers and the horizontal title."""
        right, floor = self.width - RIGHT, self.height - BOTTOM
        drawn = []
        for value in ticks(*self.y_range):
            y = self.y(value)
            drawn += [
                tag("line", x1=LEFT, x2=right, y1=y, y2=y, class_="grid"),
                label(LEFT - 6, y + 4, y_format(value), "end"),
            ]
        for value in ticks(*self.x_range, 5):
            drawn.append(label(self.x(value), floor + 15, x_format(value)))
        drawn.append(
            tag("line", x1=LEFT, x2=right, y1=floor, y2=floor, class_="axis")
        )
        middle = (LEFT + right) / 2
        return [*drawn, label(middle, self.height - 4, x_title)]


def label(
    x: float,
    y: float,
    words: str,
    anchor: str = "middle",
    style: str | None = None,
) -> Html:
    """Returns a word in a chart; `anchor` is "start", "middle" or "end"."""
    place = {"x": float(x), "y": float(y)}
    return tag("text", words, **place, text_anchor=anchor, class_=style)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Returns round numbers between two, at most about `most`.

    >>> ticks(0, 600)
    [0.0, 200.0, 400.0, 600.0]
    """
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{n * step:.10g}") for n in range(first, last + 1)]


def padded_range(
    values: Iterable[float], include: Sequence[float] = ()
) -> tuple[float, float]:
    """Returns a range that holds all finite values, with some air."""
    found = np.array([*values, *include], np.float64)
    found = found[np.isfinite(found)]
    if not found.size:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    air = (high - low) * 0.06 or max(abs(high) * 0.1, 1e-6)
    below = low if low in include else low - air
    above = high if high in include else high + air
    return (below, above) if above > below else (below, below + 1)
