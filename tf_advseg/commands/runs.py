"""What `tf_advseg runs` does, once its flags are settings."""

import json
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.files import atomic_file
from tf_advseg.base.process.exit_status import ERRORS_IN_DATA
from tf_advseg.runs.overview import lineage
from tf_advseg.runs.overview import listing
from tf_advseg.runs.overview import pruning
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.finding import check_run
from tf_advseg.runs.overview.finding import find_runs
from tf_advseg.runs.overview.lineage_text import lineage_text
from tf_advseg.runs.overview.side_by_side import side_by_side
from tf_advseg.runs.overview.side_by_side import text as side_by_side_text
from tf_advseg.runs.overview.tags import change_tags
from tf_advseg.runs.overview.tags import parse_tags
from tf_advseg.runs.overview.words import megabytes
from tf_advseg.runs.overview.words import shown
from tf_advseg.settings.runs import ACTIONS
from tf_advseg.settings.runs import RunsSettings
from tf_advseg.settings.runs import parse_pruned

_DEFAULT = "runs"
_Write = Callable[[str], None]


def run(
    words: Sequence[str],
    settings: RunsSettings,
    write: _Write = print,
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
    action, *paths = (
        words if words and words[0] in ACTIONS else ["list", *words]
    )
    settings.check_for(action)
    if not paths and action in ("list", "prune"):
        paths = [_DEFAULT]
    if not paths:
        raise ValueError(f"Say which: tf_advseg runs {action} RUN")
    return _ACTIONS[action](paths, settings, write)


def _list(paths: Sequence[str], settings: RunsSettings, write: _Write) -> int:
    folders, notes = find_runs(paths)
    runs = [read_facts(folder) for folder in folders]
    if settings.json:
        return _write_json(listing.facts(runs, notes), write)
    write(listing.table(runs, notes))
    return 0


def _compare(
    paths: Sequence[str], settings: RunsSettings, write: _Write
) -> int:
    found = side_by_side([read_facts(check_run(path)) for path in paths])
    if settings.json:
        _write_json(found.to_dict(), write)
    else:
        write(side_by_side_text(found))
    if settings.html:
        from tf_advseg.reporting.page.side_by_side import render

        atomic_file.write_text(settings.html, render(found))
        if not settings.json:
            write(f"Written: {settings.html}")
    return 0


def _tag(paths: Sequence[str], settings: RunsSettings, write: _Write) -> int:
    add, remove = parse_tags(settings.add), parse_tags(settings.remove)
    tags = {
        path: list(change_tags(check_run(path), add, remove)) for path in paths
    }
    if settings.json:
        return _write_json({"format": 1, "tags": tags}, write)
    for path, found in tags.items():
        write(f"{shown(path, 200)}: {', '.join(found) or 'no tags'}")
    return 0


def _prune(paths: Sequence[str], settings: RunsSettings, write: _Write) -> int:
    folders, notes = find_runs(paths)
    what = parse_pruned(settings.what)
    plans = [pruning.plan(read_facts(folder), what) for folder in folders]
    going = [plan for plan in plans if plan.paths]
    if settings.delete:
        for plan in going:
            pruning.carry_out(plan)
    total = sum(plan.size for plan in going)
    if settings.json:
        facts = [plan.to_dict() for plan in plans]
        return _write_json(
            {"format": 1, "removed": settings.delete, "bytes": total}
            | {"runs": facts, "notes": notes},
            write,
        )
    for plan in plans:
        write(pruning.sentence(plan, settings.delete))
    for note in notes:
        write(f"Note: {shown(note, 600)}")
    did = "Removed" if settings.delete else "Could be removed"
    write(f"{did}: {total:,} bytes ({megabytes(total)}).")
    if going and not settings.delete:
        write("Nothing was removed; --delete does it.")
    return 0


def _lineage(
    paths: Sequence[str], settings: RunsSettings, write: _Write
) -> int:
    found = [lineage.lineage(path) for path in paths]
    if settings.json:
        _write_json({"format": 1, "lineages": found}, write)
    else:
        write("\n\n".join(map(lineage_text, found)))
    return ERRORS_IN_DATA if any(map(lineage.changed, found)) else 0


def _write_json(value: Mapping[str, Any], write: _Write) -> int:
    write(json.dumps(value, indent=1))
    return 0


_ACTIONS = {
    "list": _list,
    "compare": _compare,
    "tag": _tag,
    "prune": _prune,
    "lineage": _lineage,
}
