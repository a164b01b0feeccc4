"""Which classes are taken for which."""

import numpy as np

from tf_advseg.reporting.charts import heatmap
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points

_LISTED = 10


def section(report: Report) -> Html:
    """Returns both matrices and the confusions that weigh most."""
    pair = report.main
    after = _confusion(pair.adapted)
    if after is None:
        return blocks.section(
            "confusion",
            "Confusions",
            blocks.missing("Confusions need labels of the target."),
        )
    before = _confusion(pair.baseline) if pair.baseline else None
    names = report.class_names
    matrices = [heatmap("Adapted", after, names, "after")]
    if before is not None:
        matrices.insert(0, heatmap("Source-only", before, names, "before"))
    return blocks.section(
        "confusion",
        "Confusions",
        blocks.paragraph(
            "Percent of the pixels of each true class (rows) that are seen as "
            "each class (columns). The diagonal is right."
        ),
        blocks.grid(matrices),
        _list(report, before, after),
    )


def _list(report, before, after):
    """The confusions with the most pixels."""
    wrong = after * ~np.eye(len(after), dtype=bool)
    order = np.argsort(wrong, axis=None)[::-1][:_LISTED]
    shares = _shares(after)
    rows = []
    for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True):
        if not wrong[row, column]:
            break
        change = float("nan")
        if before is not None:
            change = shares[row, column] - _shares(before)[row, column]
        names = report.class_names
        rows.append(
            (
                blocks.swatched(names[row], report.palette[row]),
                blocks.swatched(names[column], report.palette[column]),
                points(shares[row, column]),
                signed_points(change),
            )
        )
    if not rows:
        return None
    header = ("truth", "seen as", "% of its pixels", "change")
    caption = "The largest confusions of the adapted model, by pixels"
    return blocks.table(header, rows, words=2, caption=caption)


def _confusion(run: RunFacts):
    if run.target is not None and run.target.truth is not None:
        return run.target.truth.confusion
    recorded = run.record.recorded
    return recorded.confusion if recorded is not None else None


def _shares(confusion):
    return confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
