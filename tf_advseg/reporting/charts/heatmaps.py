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
    side = CELL * len(class_names)
    width, height = _MARGIN + side + 4, _MARGIN + side + 4
    drawn = [_names(class_names)]
    for row, counts in enumerate(confusion):
        total = counts.sum()
        for column, number in enumerate(counts):
            share = number / total if total else None
            names = class_names[row], class_names[column]
            drawn.append(_cell(row, column, share, names, len(class_names)))
    picture = tag(
        "svg",
        drawn,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
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
        names.append(
            tag("g", label(0, 0, cut, "start"), transform=turned),
        )
    return names


def _cell(row, column, share, names, num_classes):
    x, y = _MARGIN + column * CELL, _MARGIN + row * CELL
    if share is None:
        text, depth = f"{names[0]} is in no label", None
    else:
        text = f"{names[0]} seen as {names[1]}: {100 * share:.1f} %"
        # The root makes small but real confusions visible.
        depth = float(np.sqrt(share))
    cell = tag(
        "rect",
        tag("title", text),
        x=x,
        y=y,
        width=CELL - 1,
        height=CELL - 1,
        rx=2,
        fill_opacity=depth,
        class_="absent" if share is None else "cell",
    )
    if share is None or share < 0.005 or num_classes > _MOST_WITH_NUMBERS:
        return cell
    ink = "strong" if depth > 0.6 else None
    middle = (x + CELL / 2 - 0.5, y + CELL / 2 + 3.5)
    number = tag(
        "text",
        f"{100 * share:.0f}",
        x=float(middle[0]),
        y=float(middle[1]),
        text_anchor="middle",
        class_=ink,
    )
    return [cell, number]
