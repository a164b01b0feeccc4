"""Several targets: a row for each, and one for all of them."""

from typing import Any

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.means import mean_over
from tf_advseg.reporting.page.numbers import NOTHING
from tf_advseg.reporting.page.numbers import decimal
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points

_ALL = "all of them"


def values(report: Report) -> dict[str, Any]:
    """Returns a row of cells for each target; none if there is only one."""
    group = report.groups[0]
    measured = group.adapted[0].target
    if measured is None or not measured.parts:
        return {"rows": []}
    runs = group.baselines, group.adapted
    rows = []
    for name, (count, _, _) in _found(measured).items():
        mious = [
            mean_over(some, lambda r, n=name: _of(r, n)[2]) for some in runs
        ]
        sure = [
            mean_over(some, lambda r, n=name: _of(r, n)[1]) for some in runs
        ]
        gain = None if None in mious else mious[1] - mious[0]
        rows.append(
            [
                name,
                count,
                *(_text(value, points) for value in mious),
                _text(gain, signed_points),
                *(_text(value, decimal) for value in sure),
            ]
        )
    return {"rows": rows}


def _found(measured) -> dict[str, tuple[int, float, float | None]]:
    """Images, entropy and mIoU of each target, and of all."""
    truth = measured.truth
    miou = None if truth is None else truth.miou
    whole = (len(measured.keys), measured.mean_entropy, miou)
    return {**measured.of_parts(), _ALL: whole}


def _of(run, name: str) -> tuple[int | None, float | None, float | None]:
    measured = run.target
    nothing = None, None, None
    return nothing if measured is None else _found(measured).get(name, nothing)


def _text(value, write) -> str:
    return NOTHING if value is None else write(value)
