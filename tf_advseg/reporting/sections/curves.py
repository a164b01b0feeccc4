"""How training went: losses, health of the game, alarms where they rang."""

from collections.abc import Mapping
from typing import Any

from tf_advseg.reporting.charts import Line
from tf_advseg.reporting.charts import Mark
from tf_advseg.reporting.charts import line_chart
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page.numbers import short
from tf_advseg.reporting.page.untrusted import objects

_TITLES = {
    "source": "Loss on the labelled source",
    "adversarial": "Adversarial loss of the segmenter",
    "discriminator": "Loss of the discriminators",
    "target": "Loss on the target",
    "loss": "Whole loss",
    "miou": "mIoU at evaluations",
    "entropy": "Entropy at evaluations",
    "selection": "Label-free scores",
    "health/discriminator_accuracy": "Accuracy of the discriminators",
    "health/gradient_norm": "Norm of the gradients",
    "health/entropy": "Entropy on the target",
    "health/pull": "Pull of each loss at the outputs",
    "health/pull_ratio": "Pull of the target's losses against the labels'",
    "health/share": "Shares of the classes on the target",
}
_MOST_LINES = 8
"""As many as the eye, and the palette, can tell apart."""


def values(report: Report) -> dict[str, Any]:
    """Returns a chart for each family of numbers, and what rang when."""
    pair = report.main
    record = pair.adapted.record
    alarms = record.alarms or {}
    rung = _with_step(alarms.get("alarms"))
    returns = _with_step(alarms.get("rollbacks"))
    marks = [Mark(a["step"], str(a.get("message", ""))) for a in rung]
    marks += [
        Mark(back["step"], f"rolled back to step {short(back.get('to_step'))}")
        for back in returns
    ]
    beside = pair.baseline.record.curves if pair.baseline else {}
    ranges = alarms.get("ranges") or {}
    drawn = [
        line_chart(
            _TITLES.get(family, family),
            _lines(family, record.curves, beside),
            marks,
            _healthy(family, record.curves, ranges),
        )
        for family in _families(record.curves)
    ]
    ranges_text = [_range_text(alarm.get("healthy")) for alarm in rung]
    return {
        "families": drawn,
        "alarms": list(zip(rung, ranges_text, strict=True)),
        "returns": returns,
    }


def _families(curves) -> list[str]:
    """Groups of names that share a chart, in a fixed order."""
    found = {_family(name) for name in curves}
    order = list(_TITLES)
    return sorted(
        found - {"accuracy"},
        key=lambda f: (order.index(f) if f in order else len(order), f),
    )


def _family(name: str) -> str:
    parts = name.split("/")
    return "/".join(parts[:2]) if parts[0] == "health" else parts[0]


def _lines(family, curves: Mapping, beside: Mapping) -> list[Line]:
    names = sorted(name for name in curves if _family(name) == family)
    # Of many classes the largest say most.
    if len(names) > _MOST_LINES:
        names.sort(key=lambda name: -max(value for _, value in curves[name]))
        names = names[:_MOST_LINES]
    lines = []
    for number, name in enumerate(names, 1):
        title = name.removeprefix(family).lstrip("/") or name
        if len(names) == 1 and name in beside:
            lines.append(Line("source-only", beside[name], "before"))
            lines.append(Line("adapted", curves[name], "after"))
        else:
            lines.append(Line(title, curves[name], f"c{number}"))
    return lines


def _healthy(family, curves, ranges):
    """The healthy range of the family, or the one that its numbers share."""
    names = [family.removeprefix("health/")]
    names += [name for name in curves if _family(name) == family]
    found = {
        tuple(ranges[name]) for name in names if _is_range(ranges.get(name))
    }
    return found.pop() if len(found) == 1 else None


def _is_range(value):
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(end, int | float) for end in value)
    )


def _with_step(found: Any) -> list[dict]:
    """The alarms of a list that say when they rang."""
    return [
        entry for entry in objects(found) if isinstance(entry.get("step"), int)
    ]


def _range_text(healthy):
    if not _is_range(healthy):
        return None
    return f"{short(healthy[0])} to {short(healthy[1])}"
