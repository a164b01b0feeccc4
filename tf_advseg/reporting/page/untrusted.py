"""Lists in files that others wrote; what is no list counts as empty."""

from typing import Any


def entries(value: Any) -> list[Any]:
    """Returns a list's entries.

    >>> entries(["a", 1]), entries("a"), entries(None)
    (['a', 1], [], [])
    """
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[dict]:
    """Returns a list's entries that are JSON objects.

    >>> objects([{"step": 1}, 2])
    [{'step': 1}]
    """
    return [entry for entry in entries(value) if isinstance(entry, dict)]


def fields(value: Any) -> dict[str, Any]:
    """Returns a JSON object's fields.

    >>> fields({"step": 1}), fields(2)
    ({'step': 1}, {})
    """
    return value if isinstance(value, dict) else {}
