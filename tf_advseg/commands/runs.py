"""What `tf_advseg runs` does, once its flags are settings."""

import json
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.files import atomic_file
from tf_advseg.base.process.exit_status import ERRORS_IN_DATA
from tf_advseg.runs.overview import lineage
from tf_advseg.runs.overview import listing
from tf_advseg.runs.overview import pruning
from tf_advseg.runs.overview import side_by_side
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.finding import check_run
from tf_advseg.runs.overview.finding import find_runs
from tf_advseg.runs.overview.lineage_text import lineage_text
from tf_advseg.runs.overview.tags import change_tags
from tf_advseg.runs.overview.tags import parse_tags
from tf_advseg.runs.overview.words import megabytes
from tf_advseg.runs.overview.words import shown
from tf_advseg.settings.runs import ACTIONS
from tf_advseg.settings.runs import RunsSettings
from tf_advseg.settings.runs import parse_pruned

_DEFAULT = "runs"
_PRINTED = "-"

_Told = tuple[str, dict[str, Any], int]
"""The same as text and as plain JSON values, and the exit status."""


def run(
    words: Sequence[str],
    settings: RunsSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Does what the first word says, with what the others name.

    Args:
        words: An action and what it is about; without an action the runs in
            folders are listed.
        settings: How.
        write: Where the text goes.

    Returns:
        The exit status.
    """
    action, paths = "list", list(words)
    if words and words[0] in ACTIONS:
        action, *paths = words
    settings.check_for(action)
    if not paths and action in ("list", "prune"):
        paths = [_DEFAULT]
    if not paths:
        raise ValueError(f"Say which: tf_advseg runs {action} RUN")
    text, facts, status = _ACTIONS[action](paths, settings)
    as_json = json.dumps({"format": 1, **facts}, indent=1)
    if settings.json == _PRINTED:
        write(as_json)
        return status
    write(text)
    if settings.json:
        atomic_file.write_text(settings.json, as_json + "\n")
    for path in filter(None, (settings.html, settings.json)):
        write(f"Written: {path}")
    return status


def _list(paths: Sequence[str], settings: RunsSettings) -> _Told:
    folders, notes = find_runs(paths)
    runs = [read_facts(folder) for folder in folders]
    return listing.table(runs, notes), listing.facts(runs, notes), 0


def _compare(paths: Sequence[str], settings: RunsSettings) -> _Told:
    runs = [read_facts(check_run(path)) for path in paths]
    found = side_by_side.side_by_side(runs)
    if settings.html:
        # What draws takes longer to import than all the rest.
        from tf_advseg.reporting.page.side_by_side import render

        atomic_file.write_text(settings.html, render(found))
    return side_by_side.text(found), found.to_dict(), 0


def _tag(paths: Sequence[str], settings: RunsSettings) -> _Told:
    add, remove = parse_tags(settings.add), parse_tags(settings.remove)
    tags = {
        path: list(change_tags(check_run(path), add, remove)) for path in paths
    }
    lines = [
        f"{shown(path, 200)}: {', '.join(found) or 'no tags'}"
        for path, found in tags.items()
    ]
    return "\n".join(lines), {"tags": tags}, 0


def _prune(paths: Sequence[str], settings: RunsSettings) -> _Told:
    folders, notes = find_runs(paths)
    what = parse_pruned(settings.what)
    plans = [pruning.plan(read_facts(folder), what) for folder in folders]
    going = [plan for plan in plans if plan.paths]
    if settings.delete:
        for plan in going:
            pruning.carry_out(plan)
    total = sum(plan.size for plan in going)
    lines = [pruning.sentence(plan, settings.delete) for plan in plans]
    lines += [f"Note: {shown(note, 600)}" for note in notes]
    did = "Removed" if settings.delete else "Could be removed"
    lines.append(f"{did}: {total:,} bytes ({megabytes(total)}).")
    if going and not settings.delete:
        lines.append("Nothing was removed; --delete does it.")
    facts = {
        "removed": settings.delete,
        "bytes": total,
        "runs": [plan.to_dict() for plan in plans],
        "notes": notes,
    }
    return "\n".join(lines), facts, 0


def _lineage(paths: Sequence[str], settings: RunsSettings) -> _Told:
    found = [lineage.lineage(path) for path in paths]
    status = ERRORS_IN_DATA if any(map(lineage.changed, found)) else 0
    text = "\n\n".join(map(lineage_text, found))
    return text, {"lineages": found}, status


_ACTIONS = {
    "list": _list,
    "compare": _compare,
    "tag": _tag,
    "prune": _prune,
    "lineage": _lineage,
}
