"""How facts of runs are written in a terminal."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.base import call_strings

_STEPS = "▁▂▃▄▅▆▇█"
NOTHING = "-"


def shown(value: Any, most: int = 40) -> str:
    """A value in a cell of a table: short, and no control of the terminal.

    >>> shown(0.123456), shown(None), shown("a" * 9, most=5), shown("a\\x1bb")
    ('0.1235', '-', 'aa..a', 'a?b')
    """
    if value is None or value == "":
        return NOTHING
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    text = "".join(c if c.isprintable() else "?" for c in text)
    if len(text) <= most:
        return text
    half = (most - 2) // 2
    return f"{text[: most - 2 - half]}..{text[len(text) - half :]}"


def domain(name: Any) -> str:
    """A domain without its options, or the folders above it; short.

    Of several each, with the share that somebody gave it.

    >>> domain("streets-sim(train=4)"), domain("/data/renders")
    ('streets-sim', 'renders')
    >>> domain("streets-sim(train=4),/data/renders:0.3")
    'streets-sim + renders:0.3'
    """
    names = call_strings.split_names(str(name))
    return " + ".join(shown(_without_options(one), 20) for one in names)


def _without_options(name: str) -> str:
    text, _, end = name.partition("(")
    share = end.rpartition(")")[2]
    text = text.rstrip("/\\")
    return (re.split(r"[/\\]", text)[-1] or name) + share


def learned_from(settings: Mapping[str, Any]) -> str:
    """The domains whose labels a run learned from, short.

    >>> learned_from({"source": "a/renders", "target_labels": "to_label"})
    'renders + to_label'
    """
    names = [settings.get("source") or "", settings.get("target_labels")]
    return " + ".join(domain(name) for name in names if name)


def percent(fraction: float | None) -> str:
    """A fraction times 100.

    >>> percent(0.31264), percent(None)
    ('31.26', '-')
    """
    return NOTHING if fraction is None else f"{100 * fraction:.2f}"


def megabytes(size: int) -> str:
    """A number of bytes.

    >>> megabytes(12_819_825)
    '12.8 MB'
    """
    return f"{size / 1e6:,.1f} MB"


def sparkline(
    values: Sequence[float], low: float, high: float, width: int = 16
) -> str:
    """A curve in a line of text.

    >>> sparkline([0, 1, 2, 3], 0, 3)
    '▁▃▆█'
    """
    if not values:
        return ""
    if len(values) > width:
        last = len(values) - 1
        values = [values[i * last // (width - 1)] for i in range(width)]
    span = (high - low) or 1.0
    top = len(_STEPS) - 1
    places = [round(top * (value - low) / span) for value in values]
    return "".join(_STEPS[min(top, max(0, place))] for place in places)
