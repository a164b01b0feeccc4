"""What a study found: its table, which settings mattered, the best command."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.trial import FrozenTrial
from optuna.trial import TrialState

from tf_advseg.metrics.text import aligned
from tf_advseg.search.search import command_line
from tf_advseg.search.search import short
from tf_advseg.search.study import REASON
from tf_advseg.search.study import Study
from tf_advseg.settings.train import TrainSettings

FEWEST = 4
"""Whole trials before anything is said of which settings matter."""
_STATES = {
    TrialState.COMPLETE: "",
    TrialState.PRUNED: "ended early",
    TrialState.RUNNING: "runs",
    TrialState.WAITING: "waits",
    TrialState.FAIL: "failed",
}


@dataclasses.dataclass(frozen=True)
class Row:
    """One trial.

    Attributes:
        name: Of its folder.
        value: What it is judged by, larger is better; None if it has none.
        state: In words, if it is not whole.
        params: What is its own.
    """

    name: str
    value: float | None
    state: str
    params: Mapping[str, Any]


def rows(study: Study) -> list[Row]:
    """All trials, the best first, those without a value last."""
    found = [_row(study, trial) for trial in study.lives()]
    return sorted(
        found, key=lambda r: (r.value is None, -(r.value or 0.0), r.name)
    )


def _row(study: Study, trial: FrozenTrial) -> Row:
    state = _STATES[trial.state]
    reason = trial.user_attrs.get(REASON)
    whole = trial.state is TrialState.COMPLETE
    return Row(
        study.folder_of(trial).name,
        trial.value if whole else None,
        f"{state}: {reason}" if reason else state,
        trial.params,
    )


def importances(study: Study) -> dict[str, float]:
    """The share of each setting in what tells good trials from bad.

    By PED-ANOVA (Watanabe, Bansal and Hutter 2023, arXiv 2304.10255), the
    most important first; {} of too few trials. They add up to 1.
    """
    whole = [t for t in study.trials() if t.state is TrialState.COMPLETE]
    if len(whole) < FEWEST or len({t.value for t in whole}) < 2:
        return {}
    return optuna.importance.get_param_importances(study.study)


def best_command(study: Study, base: TrainSettings) -> str:
    """The command line of the best trial; empty if none is whole."""
    best = rows(study)[:1]
    if not best or best[0].value is None:
        return ""
    return command_line(dataclasses.replace(base, **best[0].params))


def table(found: list[Row], objective: str) -> str:
    """The rows as text."""
    names = list({name: None for row in found for name in row.params})
    header = ["trial", objective, *names]
    lines = []
    for row in found:
        value = row.state if row.value is None else f"{row.value:.4f}"
        own = [short(row.params.get(name, "")) for name in names]
        lines.append([row.name, value[:40], *own])
    return aligned([[header], lines], words=len(header))
