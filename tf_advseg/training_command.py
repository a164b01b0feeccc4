"""What `python -m tf_advseg.train` does, once its flags are settings."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from tf_advseg import comparison
from tf_advseg import experiment
from tf_advseg import registry
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.ensemble import Ensemble
from tf_advseg.experiment import Domains
from tf_advseg.experiment import evaluation_split
from tf_advseg.model_file import load_segmenter
from tf_advseg.prediction_sheet import prediction_sheet
from tf_advseg.run_folder import RunFolder
from tf_advseg.run_folder import new_run_path
from tf_advseg.runner import Run
from tf_advseg.runner import RunResult
from tf_advseg.settings import TrainSettings

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def run(settings: TrainSettings, write: Callable[[str], None] = print) -> int:
    """Trains, compares and reports; returns the exit status."""
    experiment.scaled(settings)  # A wrong name or size fails first.
    registry.make_backbone(settings.backbone)
    path = settings.run or str(new_run_path(settings.method))
    settings = dataclasses.replace(settings, run=path)
    domains = experiment.make_domains(settings)
    _check_data(settings, domains, write)
    strategy = experiment.make_strategy(settings.strategy)

    results = {}
    for one in _runs(settings):
        write(f"Training {one.method} -> {one.run}")
        current = Run(one, domains, strategy, write)
        result = current.execute()
        results[current.model.method.name] = result
        if result.interrupted:
            write(f"Saved. Go on with: --run={settings.run} --resume")
            return INTERRUPTED
    _report(settings, domains, results, write)
    return 0


def _report(
    settings: TrainSettings,
    domains: Domains,
    results: dict[str, RunResult],
    write: Callable[[str], None],
) -> None:
    """Prints the table and the line for scrapers; writes the pictures."""
    folder = RunFolder(settings.run)
    sheet = prediction_sheet(
        {
            name: Ensemble([load_segmenter(result.folder.last)[0]])
            for name, result in results.items()
        },
        domains.target,
        evaluation_split(settings, domains.target),
        experiment.evaluation_size(settings),
    )
    picture = folder.write_picture("comparison", sheet)
    evaluations = {
        name: result.evaluation
        for name, result in results.items()
        if result.evaluation is not None
    }
    if evaluations:
        oracle = comparison.recorded_oracle(settings)
        text = comparison.table(evaluations, oracle)
        folder.write_text("comparison.txt", text + "\n")
        write(f"\nIoU on {domains.target.name}, split {settings.eval_split}")
        write(text)
        for name, evaluation in evaluations.items():
            # One stable line a number, for tuners that read logs.
            write(f"tf_advseg_metric miou/{name}={100 * evaluation.miou:.4f}")
    else:
        write("The target has no labels to evaluate on; look at the pictures.")
    write(f"Pictures: {picture}")
    write(f"Model: {folder.last}")


def _check_data(
    settings: TrainSettings, domains: Domains, write: Callable[[str], None]
) -> None:
    """Finds what is wrong with folders before hours are spent on them."""
    if isinstance(domains.source, FolderDomain):
        check = check_domain(
            domains.source, settings.source_split, needs_labels=True
        )
        write(check.summary())
    if isinstance(domains.target, FolderDomain):
        oracle = experiment.scaled(settings).trains_on_target_labels
        check = check_domain(
            domains.target, settings.target_split, needs_labels=oracle
        )
        write(check.summary())
        split = settings.eval_split
        if split in domains.target.splits:
            labelled = domains.target.has_labels(split)
            check = check_domain(domains.target, split, needs_labels=labelled)
            write(check.summary())


def _runs(settings: TrainSettings) -> list[TrainSettings]:
    """The run itself, preceded by the one it is compared with."""
    baseline = settings.compare
    if baseline == "auto":
        embedded = settings.target == TrainSettings.target
        baseline = "source_only" if embedded else "none"
    if baseline in ("none", settings.method):
        return [settings]
    registry.make_method(baseline)
    beside = Path(settings.run) / f"compare_{baseline.partition('(')[0]}"
    return [
        dataclasses.replace(settings, method=baseline, run=str(beside)),
        settings,
    ]
