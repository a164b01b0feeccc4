"""A chart with its title above and the key to its colours below."""

from collections.abc import Iterable

from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag

MODEL_STYLES = {"source-only": "before", "adapted": "after"}
"""The style of each of a pair's models, a class of the style sheet."""


def plot(
    title: str, picture: Html, key: Iterable[tuple[str, str]] = ()
) -> Html:
    """Returns a figure.

    Args:
        title: Above the picture.
        picture: The chart.
        key: Names with their style, a class of the style sheet.
    """
    entries = [
        tag("span", tag("i", class_=f"swatch {style}"), name)
        for name, style in key
    ]
    return tag(
        "figure",
        tag("figcaption", title),
        picture,
        tag("div", entries, class_="key") if entries else None,
        class_="plot",
    )
