"""What `tf_advseg tune` does, once its flags are settings."""

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.fields import names_deciding
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.settings.train import TrainSettings
from tf_advseg.settings.tune import TuneSettings

try:
    from tf_advseg.search import findings
    from tf_advseg.search import page
    from tf_advseg.search.search import search
    from tf_advseg.search.space import read_space
    from tf_advseg.search.space import starting_values
    from tf_advseg.search.study import Study
except ModuleNotFoundError as error:
    if error.name != "optuna":
        raise
    raise ImportError(
        "`tf_advseg tune` searches with Optuna, which is not installed: pip "
        "install 'tf-advseg[search]'."
    ) from None

WARMUP = 30
"""Percent of its steps that a trial is given before it may be ended."""


def run(settings: TuneSettings, write: Callable[[str], None] = print) -> int:
    """Searches; returns the exit status, 1 if no trial came to its end.

    Raises:
        ValueError: If the space cannot be searched, or the study is another.
    """
    base = settings.of_a_run()
    space = read_space(settings.space, base)
    first = starting_values(space, base)
    folder = Path(settings.study or _new_study())
    study = Study(
        folder,
        space,
        _fixed(base, set(space)),
        settings.objective,
        first,
        settings.seed,
        WARMUP if settings.prune else None,
    )
    write(f"Study: {folder}, which searches {', '.join(space)}")
    if not first:
        write("The flags' own values lie outside the space: no trial has them.")
    try:
        search(study, base, settings.trials, write)
    finally:
        has_best = _report(study, base, settings.objective, write)
    return 0 if has_best else 1


def _new_study() -> str:
    return f"runs/{datetime.datetime.now():%Y%m%d-%H%M%S}-search"


def _fixed(base: TrainSettings, searched: set[str]) -> dict[str, object]:
    """What decides of every trial, and of what it is measured on."""
    names = names_deciding(TrainSettings, "weights", "choice") - searched
    values = dataclasses.asdict(base)
    return {name: values[name] for name in sorted(names)}


def _report(
    study: Study,
    base: TrainSettings,
    objective: str,
    write: Callable[[str], None],
) -> bool:
    """Writes what is known by now; returns whether there is a best trial."""
    rows = findings.rows(study)
    shares = findings.importances(study)
    command = findings.best_command(study, base)
    text = page.page(str(study.folder), objective, rows, shares, command)
    write_text(study.folder / "study.html", text)
    write(f"\n{findings.table(rows, objective)}\n")
    if shares:
        parts = [f"{name} {share:.2f}" for name, share in shares.items()]
        write(f"How much each mattered: {', '.join(parts)}")
    write(f"Page: {study.folder / 'study.html'}")
    if not command:
        write("No trial has come to its end.")
        return False
    write_text(study.folder / "best.txt", command + "\n")
    write(f"Best: {study.folder / rows[0].name}, {rows[0].value:.4f}. Again:")
    write(command)
    write(f"tf_advseg_metric {objective}/{rows[0].name}={rows[0].value:.4f}")
    return True
