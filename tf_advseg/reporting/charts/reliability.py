"""The reliability diagram: how right a model is where it is so sure."""

from collections.abc import Mapping

import numpy as np

from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.reporting.charts.frame import Frame
from tf_advseg.reporting.charts.plot import MODEL_STYLES
from tf_advseg.reporting.charts.plot import plot
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import count
from tf_advseg.reporting.page.numbers import points

_SMALLEST_SHARE = 1e-4
"""Bins with fewer of the pixels than this are noise and not drawn."""


def reliability_diagram(title: str, models: Mapping[str, Measurement]) -> Html:
    """Returns accuracy over confidence; a perfect model is on the diagonal.

    A dot's area is the share of the pixels in its bin.

    Args:
        title: Above the chart.
        models: Measured with labels, by the names of `MODEL_STYLES`.
    """
    frame = Frame((0.0, 1.0), (0.0, 1.0), height=300)
    percent = "{:.0%}".format
    drawn = frame.axes("confidence", percent, percent)
    diagonal = frame.path([0, 1], [0, 1])
    drawn.append(tag("path", d=diagonal, class_="ideal"))
    for name, found in models.items():
        drawn += _model(frame, name, found)
    key = [(name, MODEL_STYLES[name]) for name in models]
    return plot(
        title,
        frame.svg(f"{title}: share of right pixels by confidence", drawn),
        [*key, ("perfect", "ideal")],
    )


def _model(frame, name, measured):
    style = MODEL_STYLES[name]
    found = measured.truth.reliability
    share = found.counts / max(found.counts.sum(), 1)
    shown = np.flatnonzero(share > _SMALLEST_SHARE)
    xs, ys = found.mean_confidence[shown], found.accuracy[shown]
    line = tag("path", d=frame.path(xs, ys), class_=f"line {style}")
    dots = [
        tag(
            "circle",
            tag(
                "title",
                f"{name}: {points(x)} % sure, {points(y)} % right, "
                f"{count(int(found.counts[bin_]), 'pixel')}",
            ),
            cx=frame.x(x),
            cy=frame.y(y),
            r=2 + 9 * float(np.sqrt(share[bin_])),
            class_=f"dot {style}",
        )
        for bin_, x, y in zip(shown, xs, ys, strict=True)
    ]
    return [line, *dots]
