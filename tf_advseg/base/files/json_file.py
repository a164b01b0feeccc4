"""Reads a JSON object that anyone may have written: bounded, or refused."""

import json
from typing import Any

from tf_advseg.base.checks import DataError

MOST_BYTES = 2**26
"""No file of ours comes near 64 MiB."""


def read_object(path: Any, what: str, advice: str) -> dict[str, Any]:
    """Returns the object in a JSON file.

    Args:
        path: A `Path`, or the place of a file in an archive.
        what: What messages call the file ("Manifest", say).
        advice: What to do if it is damaged, the end of a sentence.

    Raises:
        DataError: If it cannot be read or holds anything else.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DataError(
            f"{what} {str(path)!r} cannot be read: "
            f"{error.strerror or error}; {advice}."
        ) from error
    try:
        return parse_object(data)
    except ValueError as error:
        raise DataError(
            f"{what} {str(path)!r} is damaged ({error}); {advice}."
        ) from error


def parse_object(data: bytes) -> dict[str, Any]:
    """Returns the JSON object that bytes spell.

    Raises:
        ValueError: If they spell none, or are more than `MOST_BYTES`.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    try:
        value = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    return value
