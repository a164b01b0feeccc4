"""The export gate: is the deployed model still the same model?"""

from collections.abc import Mapping

from tf_advseg.reporting import blocks
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.html import Html
from tf_advseg.reporting.numbers import short

_LONGEST_CELL = 60


def section(report: Report) -> Html | None:
    """Returns the gate's lists as tables and its numbers as lines.

    The file is the exporters' own; whatever it holds is shown.
    """
    gate = report.main.adapted.record.gate
    if gate is None:
        return blocks.section(
            "gate",
            "Deployed artefacts",
            blocks.missing(
                "Nothing was exported from this run yet (no export/gate.json)."
            ),
        )
    tables, plain = [], []
    for name, value in gate.items():
        rows = _records(value)
        if rows:
            tables.append(_table(name, rows))
        elif not isinstance(value, Mapping | list):
            plain.append((_words(name), short(value)))
    return blocks.section(
        "gate",
        "Deployed artefacts",
        tables,
        blocks.table(("gate", "value"), plain) if plain else None,
    )


def _records(value) -> list[dict]:
    """A list of objects, or an object of objects, as rows."""
    if isinstance(value, list):
        return value if all(isinstance(v, Mapping) for v in value) else []
    if not isinstance(value, Mapping) or not value:
        return []
    if all(isinstance(v, Mapping) for v in value.values()):
        return [{"": name, **row} for name, row in value.items()]
    return []


def _table(name, rows):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    return blocks.table(
        [_words(c) for c in columns], cells, caption=_words(name)
    )


def _cell(value):
    if isinstance(value, Mapping):
        value = ", ".join(f"{k} {short(v)}" for k, v in value.items())
    elif isinstance(value, list):
        value = ", ".join(short(v) for v in value)
    text = short(value)
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"


def _words(name):
    return str(name).replace("_", " ")
