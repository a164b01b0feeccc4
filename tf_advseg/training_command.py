"""What `python -m tf_advseg.train` does, once its flags are settings."""

import dataclasses
import functools
from collections.abc import Callable

from tf_advseg import compared_run
from tf_advseg import comparison
from tf_advseg import experiment
from tf_advseg import registry
from tf_advseg import report_command
from tf_advseg import run_data
from tf_advseg import run_lock
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.ensemble import Ensemble
from tf_advseg.exit_status import ALARMED
from tf_advseg.experiment import Domains
from tf_advseg.experiment import evaluation_split
from tf_advseg.interruption import Interrupted
from tf_advseg.interruption import Interruption
from tf_advseg.model_file import load_segmenter
from tf_advseg.model_file import read_metadata
from tf_advseg.prediction_sheet import has_labels
from tf_advseg.prediction_sheet import prediction_sheet
from tf_advseg.report_settings import ReportSettings
from tf_advseg.run_faults import faults_explained
from tf_advseg.run_folder import RunFolder
from tf_advseg.run_folder import check_writable
from tf_advseg.run_folder import new_run_path
from tf_advseg.run_result import RunResult
from tf_advseg.runner import Run
from tf_advseg.settings import TrainSettings

REPORT_IMAGES = 100
"""How many images of each domain the report at the end looks at: enough for
an interval, and little beside the training."""


def run(settings: TrainSettings, write: Callable[[str], None] = print) -> int:
    """Trains, compares and reports; returns the exit status.

    Raises:
        Fault: If the machine fails, in one sentence.
    """
    path = settings.run or str(new_run_path(settings.method))
    settings = dataclasses.replace(settings, run=path)
    interruption = Interruption(write)
    try:
        with faults_explained(path), interruption:
            return _run(settings, write, interruption)
    except Interrupted:
        write(f"Go on with: --run={path} --resume")
        return interruption.status


def _run(
    settings: TrainSettings,
    write: Callable[[str], None],
    interruption: Interruption,
) -> int:
    """Trains, compares and reports; returns the exit status."""
    experiment.scaled(settings)  # A wrong name or size fails first.
    registry.make_backbone(settings.backbone)
    check_writable(settings.run)
    domains = experiment.make_domains(settings)
    _check_data(settings, domains, write)
    if settings.expect_data:
        manifests = experiment.data_manifests(settings, domains)
        run_data.check_expected(settings.expect_data, manifests)
    if settings.select == "labels":
        _check_labels(settings, domains)
    strategy = experiment.make_strategy(settings.strategy)

    results = {}
    for one in _runs(settings):
        name = registry.make_method(one.method).name
        results[name] = _finished(one, settings, domains, write)
        if results[name] is None:
            write(f"Training {one.method} -> {one.run}")
            with run_lock.held(one.run):
                run = Run(one, domains, strategy, write, interruption)
                results[name] = run.execute()
        if results[name].interrupted:
            write(f"Saved. Go on with: --run={settings.run} --resume")
            return interruption.status
        if results[name].stopped:
            write("Stopped by an alarm; what there is so far is saved.")
            return ALARMED
    _report(settings, domains, results, write)
    if _wants_report(settings, compared=len(results) > 1):
        _write_adaptation_report(settings, write)
    return 0


def _finished(
    one: TrainSettings,
    settings: TrainSettings,
    domains: Domains,
    write: Callable[[str], None],
) -> RunResult | None:
    """The run to compare with, if it was trained already."""
    if one is settings:
        return None

    @functools.cache
    def data():
        return run_data.data_facts(experiment.data_manifests(one, domains))

    folder = compared_run.find_finished(one, data)
    if folder is None:
        return None
    write(f"{one.method} with these settings was trained already: {folder}")
    if str(folder) != one.run:
        compared_run.write_compared_with(settings.run, one.method, folder)
    run = RunFolder(folder)
    return RunResult(
        run,
        compared_run.recorded_evaluation(run.metrics_json),
        compared_run.recorded_evaluation(run.metrics_best_json),
        read_metadata(run.best)["chosen_by"],
        interrupted=False,
    )


def _wants_report(settings: TrainSettings, compared: bool) -> bool:
    if settings.report == "auto":
        return compared and _is_embedded(settings)
    return settings.report == "true"


def _write_adaptation_report(
    settings: TrainSettings, write: Callable[[str], None]
) -> None:
    """A model must not be lost to a report that fails."""
    options = ReportSettings(limit=REPORT_IMAGES)
    try:
        report_command.run([settings.run], options, [settings.run], write)
    except (ValueError, OSError) as error:
        write(f"The report could not be written: {error}")


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
            name: Ensemble([load_segmenter(result.folder.best)[0]])
            for name, result in results.items()
        },
        domains.target,
        evaluation_split(settings, domains.target),
        experiment.evaluation_size(settings),
    )
    picture = folder.write_picture("comparison", sheet)
    if all(result.chosen is not None for result in results.values()):
        _report_numbers(settings, domains, results, write)
    else:
        write("The target has no labels to evaluate on; look at the pictures.")
    write(f"Pictures: {picture}")
    write(f"Model: {folder.best}")


def _report_numbers(
    settings: TrainSettings,
    domains: Domains,
    results: dict[str, RunResult],
    write: Callable[[str], None],
) -> None:
    """IoUs of the models that were chosen, mIoU of the last ones."""
    chosen = {name: result.chosen for name, result in results.items()}
    last = {name: result.evaluation for name, result in results.items()}
    table = comparison.table(chosen, comparison.recorded_oracle(settings))
    means = comparison.chosen_and_last(chosen, last)
    chosen_by = ", ".join(
        dict.fromkeys(result.chosen_by for result in results.values())
    )
    text = f"best.keras, chosen by: {chosen_by}\n{table}\n\n{means}"
    RunFolder(settings.run).write_text("comparison.txt", text + "\n")
    write(f"\nIoU on {domains.target.name}, split {settings.eval_split}, of")
    write(text)
    for name in results:
        # Stable lines, for tuners that read logs. The plain name is of the
        # chosen model: it is what the run is used for.
        write(f"tf_advseg_metric miou/{name}={100 * chosen[name].miou:.4f}")
        write(f"tf_advseg_metric miou_last/{name}={100 * last[name].miou:.4f}")


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


def _check_labels(settings: TrainSettings, domains: Domains) -> None:
    """An oracle needs something to ask."""
    if not has_labels(domains.target, settings.eval_split):
        raise ValueError(
            "--select=labels chooses by the target's labels, but split "
            f"{settings.eval_split!r} of {domains.target.name!r} has none. "
            "Use --select=fused, which needs none."
        )


def _runs(settings: TrainSettings) -> list[TrainSettings]:
    """The run itself, preceded by the one it is compared with."""
    baseline = settings.compare
    if baseline == "auto":
        baseline = "source_only" if _is_embedded(settings) else "none"
    if baseline in ("none", settings.method):
        return [settings]
    registry.make_method(baseline)
    beside = compared_run.compare_folder(settings.run, baseline)
    return [
        dataclasses.replace(settings, method=baseline, run=str(beside)),
        settings,
    ]


def _is_embedded(settings: TrainSettings) -> bool:
    return settings.target == TrainSettings.target
