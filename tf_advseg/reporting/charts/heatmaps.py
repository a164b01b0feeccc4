"""A confusion matrix: darker cells hold more of a true class's pixels."""

from collections.abc import Sequence

import numpy as np

from tf_advseg.reporting.charts.frame import label
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag

CELL = 26
_MARGIN = 96
_LONGEST_NAME = 14
_MOST_WITH_NUMBERS = 14


def heatmap(
    title: str, confusion: np.ndarray, class_names: Sequence[str], style: str
) -> Html:
    """Returns the matrix, in percent of each true class's pixels.

    Args:
        title: Above it.
        confusion: `(C, C)` pixel counts, rows are the truth.
        class_names: C names.
        style: "before" or "after": the colour.
    """
    side = _MARGIN + CELL * len(class_names) + 4
    with_numbers = len(class_names) <= _MOST_WITH_NUMBERS
    drawn = _names(class_names)
    for row, counts in enumerate(confusion):
        total = counts.sum()
        for column, number in enumerate(counts):
            share = number / total if total else None
            names = class_names[row], class_names[column]
            drawn += _cell(row, column, share, names, with_numbers)
    picture = tag(
        "svg",
        drawn,
        viewBox=f"0 0 {side} {side}",
        width=side,
        height=side,
        class_=f"heatmap {style}",
        role="img",
        aria_label=f"{title}, confusion of classes in percent of the truth",
    )
    return tag(
        "figure",
        tag("figcaption", title),
        tag("div", picture, class_="scroll"),
        class_="matrix",
    )


def _names(class_names):
    names = []
    for index, name in enumerate(class_names):
        cut = name[:_LONGEST_NAME]
        middle = _MARGIN + (index + 0.5) * CELL
        names.append(label(_MARGIN - 6, middle + 4, cut, "end"))
        turned = f"translate({middle + 4:.1f} {_MARGIN - 6}) rotate(-90)"
        names.append(tag("g", label(0, 0, cut, "start"), transform=turned))
    return names


def _cell(row, column, share, names, with_number) -> list[Html]:
    """A square and its number; the share is None in rows without a pixel."""
    x, y = _MARGIN + column * CELL, _MARGIN + row * CELL
    box = {"x": x, "y": y, "width": CELL - 1, "height": CELL - 1, "rx": 2}
    if share is None:
        words = tag("title", f"{names[0]} is in no label")
        return [tag("rect", words, **box, class_="absent")]
    percent = 100 * share
    words = tag("title", f"{names[0]} seen as {names[1]}: {percent:.1f} %")
    # The root makes small but real confusions visible.
    depth = float(np.sqrt(share))
    cell = tag("rect", words, **box, fill_opacity=depth, class_="cell")
    if share < 0.005 or not with_number:
        return [cell]
    middle = x + CELL / 2 - 0.5, y + CELL / 2 + 3.5
    ink = "strong" if depth > 0.6 else None
    return [cell, label(*middle, f"{percent:.0f}", style=ink)]
