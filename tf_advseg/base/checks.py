"""Checks of what a user gives, and the sentences that they raise.

Every message says what was wrong, where, what was expected and, where it can
be known, what to do.
"""

import difflib
import reprlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_brief = reprlib.Repr()
_brief.maxlevel, _brief.maxstring, _brief.maxother = 2, 200, 200


class DataError(ValueError):
    """An image, label or data folder that cannot be used as it is."""


def check_choice(what: str, value: str, choices: Iterable[str]) -> str:
    """Returns `value` if it is one of `choices`.

    Args:
        what: What is being chosen, for the message ("method", say).
        value: What the user asked for.
        choices: The names that exist.

    Raises:
        ValueError: If it is not, with the nearest name as a suggestion.
    """
    choices = list(choices)
    if value in choices:
        return value
    hint = near(value, choices, "{!r}")
    raise ValueError(
        f"Unknown {what} {value!r}.{hint} Choose one of: {', '.join(choices)}."
    )


def brief(value: Any) -> str:
    """`repr` of a value from a stranger's file, for a message: never long."""
    return _brief.repr(value)


def in_one_line(error: Exception) -> str:
    """An error's text, shortened; libraries explain themselves at length."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text.rstrip(".") if len(text) <= 600 else f"{text[:600]} ..."


def near(name: str, names: Iterable[str], form: str = "{}") -> str:
    """` Did you mean ...?` for a name that does not exist, or nothing."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f" Did you mean {form.format(found[0])}?" if found else ""


def check_range(
    what: str,
    value: float,
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Raises `ValueError` unless `low <= value <= high` (NaN fails)."""
    too_low = low is not None and not value >= low
    too_high = high is not None and not value <= high
    if too_low or too_high or value != value:
        low_text = "" if low is None else f"{low} <= "
        high_text = "" if high is None else f" <= {high}"
        raise ValueError(
            f"Expected {low_text}{what}{high_text}; received {value!r}."
        )


def check_folder(what: str, path: str | Path) -> Path:
    """Returns `path` as a `Path` if it is a folder.

    Raises:
        DataError: If it is missing or a file.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{what} {str(path)!r} does not exist.")
    if not path.is_dir():
        raise DataError(f"{what} {str(path)!r} is a file; expected a folder.")
    return path
