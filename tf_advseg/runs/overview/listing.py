"""Runs as a table: one line a run, then what is wrong with some of them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.metrics.text import aligned
from tf_advseg.runs.overview.facts import RunFacts
from tf_advseg.runs.overview.facts import miou
from tf_advseg.runs.overview.words import NOTHING
from tf_advseg.runs.overview.words import domain
from tf_advseg.runs.overview.words import learned_from
from tf_advseg.runs.overview.words import percent
from tf_advseg.runs.overview.words import shown

_HEADER = ("run", "method", "source", "target", "tags", "state")
_HEADER += ("step", "mIoU", "last", "started")
_WORDS = 6


def table(runs: Sequence[RunFacts], notes: Sequence[str]) -> str:
    """Returns the table and the notes, as text.

    Args:
        runs: At least none.
        notes: Sentences on folders that hold no run.
    """
    names = short_names([run.path for run in runs])
    rows = [_row(name, run) for name, run in zip(names, runs, strict=True)]
    parts = [aligned([[_HEADER], rows], _WORDS)] if rows else []
    problems = [text for run in runs for text in run.problems]
    parts += [f"Note: {shown(text, 600)}" for text in [*problems, *notes]]
    return "\n".join(parts)


def facts(runs: Sequence[RunFacts], notes: Sequence[str]) -> dict[str, Any]:
    """Returns the same as plain JSON values."""
    return {
        "runs": [run.to_dict() for run in runs],
        "notes": list(notes),
    }


def short_names(paths: Sequence[Path]) -> list[str]:
    """Names of runs without the folders that they all lie in.

    >>> short_names([Path("runs/a/x"), Path("runs/b")])
    ['a/x', 'b']
    """
    if not paths:
        return []
    common = os.path.commonpath([path.absolute().parent for path in paths])
    return [path.absolute().relative_to(common).as_posix() for path in paths]


def _row(name: str, run: RunFacts) -> list[str]:
    settings = run.settings
    steps = f"{shown(run.step)}/{shown(settings.get('steps'))}"
    return [
        shown(name),
        shown(str(settings.get("method") or "").partition("(")[0], 24),
        learned_from(settings) or NOTHING,
        domain(settings.get("target") or ""),
        shown(",".join(run.tags), 30),
        run.state,
        steps,
        percent(miou(run.chosen)),
        percent(miou(run.last)),
        run.started,
    ]
