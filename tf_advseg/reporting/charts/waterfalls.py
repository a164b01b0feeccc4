"""The gain of every image, from the largest to the largest loss."""

import numpy as np

from tf_advseg.reporting.charts.frame import Frame
from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.charts.plot import plot
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import signed_points


def waterfall(title: str, gains: np.ndarray) -> Html:
    """Returns two areas: images that gained, images that lost.

    Args:
        title: Above it.
        gains: Gain of each image (fractions; shown in points).
    """
    ordered = np.sort(gains[~np.isnan(gains)])[::-1]
    frame = Frame(
        (0.0, float(max(len(ordered), 1))), padded_range(ordered, (0.0,))
    )
    drawn = frame.axes("images, by gain", signed_points)
    floor = frame.y(0.0)
    drawn += [
        _area(frame, np.clip(ordered, 0, None), "gain"),
        _area(frame, np.clip(ordered, None, 0), "loss"),
        tag(
            "line",
            x1=frame.x(0.0),
            x2=frame.x(frame.x_range[1]),
            y1=floor,
            y2=floor,
            class_="axis",
        ),
    ]
    return plot(title, frame.svg(title, drawn))


def _area(frame, values, style):
    edges = np.repeat(np.arange(len(values) + 1, dtype=float), 2)
    heights = np.concatenate([[0], np.repeat(values, 2), [0]])
    return tag("path", d=frame.path(edges, heights) + "Z", class_=style)
