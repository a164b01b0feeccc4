"""Metrics as text for people: the IoU table and the confusion table.

Fractions are shown times 100 with two decimals, as papers print them; a
class that occurs nowhere shows `absent` and is in no mean.
"""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tf_advseg.metrics import iou as metrics


def percent(fraction: float) -> str:
    """Returns a fraction times 100 with two decimals, `absent` for NaN.

    Example:
        >>> percent(0.42345), percent(float("nan"))
        ('42.34', 'absent')
    """
    return "absent" if np.isnan(fraction) else f"{100 * fraction:.2f}"


def iou_table(
    confusion: np.ndarray,
    class_names: Sequence[str],
    subsets: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Returns the per-class IoU, its means and the accuracy as a table.

    Args:
        confusion: `(C, C)` pixel counts, rows are the truth.
        class_names: One name a class.
        subsets: Further means to show: a title to the classes' names.
    """
    counts = confusion.sum(axis=1)
    shares = counts / max(counts.sum(), 1)
    rows = [("class", "IoU", "% of truth")]
    rows += [
        (name, percent(iou), percent(share))
        for name, iou, share in zip(
            class_names, metrics.iou_per_class(confusion), shares, strict=True
        )
    ]
    means = [("mean IoU", percent(metrics.mean_iou(confusion)), "")]
    for title, names in (subsets or {}).items():
        value = metrics.subset_mean_iou(confusion, class_names, names)
        means.append((f"mean of {title}", percent(value), ""))
    accuracy = percent(metrics.pixel_accuracy(confusion))
    means.append(("pixel accuracy", accuracy, ""))
    return aligned([rows[:1], rows[1:], means])


def confusion_table(
    confusion: np.ndarray, class_names: Sequence[str], width: int = 8
) -> str:
    """Returns the confusion matrix in percent of each true class's pixels.

    Rows are the truth, columns the prediction; names are cut at `width`.
    A class without true pixels has a row of dashes.
    """
    totals = confusion.sum(axis=1)
    header = ("truth \\ predicted", *(name[:width] for name in class_names))
    rows = [
        (name, *_row_percents(counts, total))
        for name, counts, total in zip(
            class_names, confusion, totals, strict=True
        )
    ]
    return aligned([[header], rows])


def _row_percents(counts, total):
    if not total:
        return ("-",) * len(counts)
    return tuple(f"{100 * count / total:.1f}" for count in counts)


def aligned(blocks: Sequence[Sequence[Sequence[str]]], words: int = 1) -> str:
    """Returns rows of cells in aligned columns, a rule between the blocks.

    The first columns, as many as `words`, are flush left, the others right.
    """
    rows = [row for block in blocks for row in block]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    texts = [
        "\n".join(_line(row, widths, words) for row in block)
        for block in blocks
    ]
    return f"\n{rule}\n".join(texts)


def _line(row, widths, words):
    cells = [
        cell.ljust(width) if column < words else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
