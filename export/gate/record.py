"""What a SavedModel says of the gate, and whether it may be published.

The gate's verdict lies in the SavedModel, and goes wherever that is copied.
Those exported before it did have `gate.json` beside them.
"""

import json
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import write_text

GATE_FILE = "gate.json"
RECORD_FILE = f"assets.extra/{GATE_FILE}"
_ANYWAY = "Give --ungated to publish it all the same."


def write_record(saved_model: Path, record: dict[str, Any] | None) -> None:
    """Notes the gate's verdict in a SavedModel.

    Args:
        saved_model: Its folder.
        record: Of a finding that passed; None: it was not looked at.
    """
    content = {"format": 1, "passed": record is not None, **(record or {})}
    path = saved_model / RECORD_FILE
    write_text(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def check_passed(saved_model: Path) -> None:
    """Returns if the gate let a SavedModel through.

    Raises:
        DataError: If it was refused, or never looked at.
    """
    beside = saved_model.parent / GATE_FILE
    entry = _entry(_read(beside), saved_model.name)
    if entry and not entry.get("passed"):
        raise DataError(
            f"The last export refused {str(saved_model)!r} (see {beside}): "
            f"what lies there is of another one. Export again. {_ANYWAY}"
        )
    record = _read(saved_model / RECORD_FILE) or entry or {}
    if not record.get("passed"):
        raise DataError(
            f"The SavedModel {str(saved_model)!r} was never held against "
            "Keras: nothing says that it is the same model. Export it with the "
            f"gate, without --nogate. {_ANYWAY}"
        )


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one of a file that is missing or none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _entry(gate: dict[str, Any], name: str) -> dict[str, Any]:
    """What `gate.json` says of the artefact that bears a name."""
    artefacts = gate.get("artefacts")
    for one in artefacts if isinstance(artefacts, list) else []:
        is_it = isinstance(one, dict) and one.get("name") == name
        if is_it and one.get("kept"):
            return one
    return {}
