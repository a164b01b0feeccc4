"""How the entropy of the pixels is spread, before and after."""

from collections.abc import Mapping

import numpy as np

from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.reporting.charts.frame import Frame
from tf_advseg.reporting.charts.plot import MODEL_STYLES
from tf_advseg.reporting.charts.plot import plot
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import decimal


def entropy_histogram(title: str, models: Mapping[str, Measurement]) -> Html:
    """Returns shares of the pixels by bin, one stepped outline a model.

    The vertical axis is the root of the share: most pixels are sure, and the
    others are what one wants to see.

    Args:
        title: Above the chart.
        models: What was measured, by the names of `MODEL_STYLES`.
    """
    roots = {
        name: np.sqrt(_shares(found.entropy_histogram))
        for name, found in models.items()
    }
    highest = max(heights.max() for heights in roots.values())
    frame = Frame((0.0, 1.0), (0.0, float(max(highest * 1.06, 0.1))))
    drawn = frame.axes(
        "normalised entropy", y_format=lambda root: f"{100 * root**2:.0f} %"
    )
    drawn += [_outline(frame, *named) for named in roots.items()]
    return plot(
        title,
        frame.svg(f"{title}: share of pixels by normalised entropy", drawn),
        [(name, MODEL_STYLES[name]) for name in models],
    )


def _shares(counts):
    return counts / max(counts.sum(), 1)


def _outline(frame, name, heights):
    edges = np.repeat(np.linspace(0, 1, len(heights) + 1), 2)
    steps = np.concatenate([[0], np.repeat(heights, 2), [0]])
    most = decimal(float((heights**2).max()), 2)
    return tag(
        "path",
        tag("title", f"{name}: highest share {most}"),
        d=frame.path(edges, steps) + "Z",
        class_=f"area {MODEL_STYLES[name]}",
    )
