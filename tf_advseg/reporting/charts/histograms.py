"""How a number between 0 and 1 is spread, before and after."""

from collections.abc import Mapping

import numpy as np

from tf_advseg.reporting.charts.frame import Frame
from tf_advseg.reporting.charts.plot import plot
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import decimal


def histogram(
    title: str,
    x_title: str,
    counts: Mapping[str, tuple[str, np.ndarray]],
) -> Html:
    """Returns shares of the pixels by bin, one stepped outline a model.

    The vertical axis is the root of the share: most pixels are sure, and the
    others are what one wants to see.

    Args:
        title: Above the chart.
        x_title: What is on the horizontal axis, from 0 to 1.
        counts: Name to (style, pixel counts of bins of equal width).
    """
    shares = {
        name: (style, values / max(values.sum(), 1))
        for name, (style, values) in counts.items()
    }
    highest = max(share.max() for _, share in shares.values())
    top = max(np.sqrt(highest) * 1.06, 0.1)
    frame = Frame((0.0, 1.0), (0.0, float(top)))
    drawn = frame.axes(x_title, y_format=lambda root: f"{100 * root**2:.0f} %")
    drawn += [
        _outline(frame, name, style, np.sqrt(share))
        for name, (style, share) in shares.items()
    ]
    return plot(
        title,
        frame.svg(f"{title}: share of pixels by {x_title}", drawn),
        [(name, style) for name, (style, _) in shares.items()],
    )


def _outline(frame, name, style, heights):
    edges = np.repeat(np.linspace(0, 1, len(heights) + 1), 2)
    steps = np.concatenate([[0], np.repeat(heights, 2), [0]])
    most = decimal(float((heights**2).max()), 2)
    return tag(
        "path",
        tag("title", f"{name}: highest share {most}"),
        d=frame.path(edges, steps) + "Z",
        class_=f"area {style}",
    )
