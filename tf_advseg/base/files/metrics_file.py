"""Reads metrics.csv: a logged number a row, `step,name,value`."""

import csv
import io
from pathlib import Path

from tf_advseg.base.checks import DataError

COLUMNS = ("step", "name", "value")


def read(path: Path) -> list[tuple[int, str, str]]:
    """The rows of a metrics file; a missing file has none, and a last row
    that a crash cut short does not count."""
    if not Path(path).exists():
        return []
    try:
        text = Path(path).read_bytes().rstrip(b"\0").decode("utf-8")
        lines = io.StringIO(text[: text.rfind("\n") + 1], newline="")
        rows = [row for row in csv.reader(lines) if len(row) == len(COLUMNS)]
        return [(int(step), name, value) for step, name, value in rows[1:]]
    except (ValueError, csv.Error) as error:
        raise DataError(
            f"{str(path)!r} is damaged ({error}); put back a copy, or remove "
            "the damaged lines."
        ) from error
