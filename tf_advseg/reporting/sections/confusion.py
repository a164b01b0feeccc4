"""Which classes are taken for which."""

from typing import Any

import numpy as np

from tf_advseg.reporting.facts import Report

_LISTED = 10


def values(report: Report) -> dict[str, Any]:
    """Returns both matrices and the confusions that weigh most."""
    pair = report.main
    after = pair.adapted.confusion
    before = pair.baseline.confusion if pair.baseline else None
    largest = [] if after is None else _largest(before, after)
    return {"before": before, "after": after, "largest": largest}


def _largest(before, after) -> list[tuple[int, int, float, float | None]]:
    """Truth, seen as, share of the truth and its change, by pixels."""
    wrong = after * ~np.eye(len(after), dtype=bool)
    order = np.argsort(wrong, axis=None)[::-1][:_LISTED]
    shares = _shares(after)
    changes = None if before is None else shares - _shares(before)
    return [
        (*cell, shares[cell], None if changes is None else changes[cell])
        for cell in zip(*np.unravel_index(order, wrong.shape), strict=True)
        if wrong[cell]
    ]


def _shares(confusion):
    return confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
