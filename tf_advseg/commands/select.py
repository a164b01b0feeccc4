"""What `tf_advseg select` does, once its flags are settings."""

import contextlib
import dataclasses
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

import keras

from tf_advseg.evaluation.evaluating import has_labels
from tf_advseg.experiment import making
from tf_advseg.experiment.choosing import selection_data
from tf_advseg.experiment.choosing.run_selection import RunSelection
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.runs.folder import read_settings
from tf_advseg.selection.candidates import SNAPSHOTS
from tf_advseg.selection.candidates import snapshots_in
from tf_advseg.selection.choice import Choice
from tf_advseg.selection.choice_table import choice_table
from tf_advseg.selection.choice_table import summary
from tf_advseg.selection.views import VIEWS
from tf_advseg.settings.select import SelectSettings
from tf_advseg.settings.train import TrainSettings


def run(
    runs: Sequence[str],
    settings: SelectSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Chooses among the snapshots of each run; returns the exit status.

    Args:
        runs: Folders of training runs.
        settings: What to do.
        write: Where the report goes.

    Raises:
        ValueError: If there is no run, or one has no snapshots.
    """
    if not runs:
        raise ValueError("Say which run: tf_advseg select runs/20250101-advent")
    for path in runs:
        out = Path(settings.out or path)
        if settings.out and len(runs) > 1:
            out /= Path(path).name
        choice = select(path, settings, out, write)
        write(f"\n{choice_table(choice)}\n\n{summary(choice)}")
        write(f"Written: {out / 'best.keras'}, {out / 'selection.json'}")
        _write_metrics(path, choice, write)
    return 0


def select(
    path: str,
    settings: SelectSettings,
    out: Path,
    write: Callable[[str], None] = print,
) -> Choice:
    """Scores one run's candidates, chooses, and writes both files."""
    run_settings = _run_settings(path, settings)
    snapshots = snapshots_in(Path(path) / SNAPSHOTS)
    if not snapshots:
        raise ValueError(
            f"{path} holds no snapshots to choose among. Train with "
            "--snapshots=10; the last weights are in last.keras."
        )
    domains = making.make_domains(run_settings)
    split = run_settings.eval_split
    labelled = has_labels(domains.target, split)
    if settings.by == "labels" and not labelled:
        raise ValueError(
            f"--by=labels needs labels in split {split!r} of "
            f"{domains.target.name!r}, and there are none; use --by=fused."
        )
    write(f"{path}: {len(snapshots)} snapshots")
    _say_images(run_settings, domains, write)
    segmenter = _network([Path(path) / s.file for s in snapshots])
    selection = RunSelection(
        run_settings, domains, segmenter, out, tuple(VIEWS)
    )
    with_labels = labelled and (settings.labels or settings.by == "labels")
    choice = selection.choose(settings.by, with_labels, write)
    if choice is None:
        raise ValueError(f"No snapshot in {Path(path) / SNAPSHOTS} is whole.")
    selection.publish(choice)
    return choice


def _say_images(settings, domains: making.Domains, write) -> None:
    """How many images the scores are of, and what was left out."""
    looks = [(domains.target, settings.target_split, settings.select_images)]
    if domains.has_source:
        split = selection_data.validation_split(settings, domains.source)
        count = settings.select_source_images
        looks.insert(0, (domains.source, split, count))
    for domain, split, count in looks:
        write(domain.taken(split, count))


def _network(files: Sequence[Path]) -> keras.Model:
    """The run's network, from the first file that is whole."""
    for file in files[:-1]:
        with contextlib.suppress(ValueError):
            return load_segmenter(file)[0]
    return load_segmenter(files[-1])[0]


def _run_settings(path: str, settings: SelectSettings) -> TrainSettings:
    """The run's own settings, with what the user says now."""
    changes = {
        "run": path,
        "select_images": settings.select_images,
        "select_source_images": settings.select_source_images,
    }
    if settings.source:
        changes["source"] = settings.source
    if settings.target:
        changes["target"] = settings.target
    return dataclasses.replace(read_settings(path), **changes)


def _write_metrics(path, choice: Choice, write) -> None:
    """One stable line a number, for programs that read logs."""
    miou = choice.mious[choice.chosen]
    if miou is None:
        return
    name = Path(path).name
    write(f"tf_advseg_metric miou/{name}={100 * miou:.4f}")
    regret = choice.regret(choice.chosen)
    write(f"tf_advseg_metric regret/{name}={regret:.4f}")
