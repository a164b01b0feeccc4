"""What `tf_advseg train` does, once its flags are settings."""

import contextlib
import dataclasses
import functools
import os
import sys
from collections.abc import Callable

import tensorflow as tf

from tf_advseg.base.files import folder_lock
from tf_advseg.base.process.exit_status import ALARMED
from tf_advseg.base.process.exit_status import LOST_WORKER
from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.base.process.interruption import Interruption
from tf_advseg.base.terminal.watching import is_watched
from tf_advseg.commands import train_ending
from tf_advseg.commands import train_report
from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.experiment import registry
from tf_advseg.experiment.batches import with_sizes
from tf_advseg.experiment.data import no_source
from tf_advseg.experiment.data.checks import check_data
from tf_advseg.experiment.data.checks import check_labels
from tf_advseg.experiment.data.checks import fingerprint
from tf_advseg.experiment.data.crops import tell_large_crop
from tf_advseg.experiment.making import Domains
from tf_advseg.experiment.runner import Run
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.proposing import dry_run
from tf_advseg.runs import compared as compared_run
from tf_advseg.runs import data as run_data
from tf_advseg.runs.faults import faults_explained
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.folder import check_writable
from tf_advseg.runs.folder import new_run_path
from tf_advseg.runs.parents import together as parents
from tf_advseg.runs.result import RunResult
from tf_advseg.settings.parts import multi_worker as multi_worker_settings
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking.following import followed
from tf_advseg.tracking.following import make_trackers
from tf_advseg.training.distributed.cluster import read_cluster
from tf_advseg.training.distributed.lost_workers import LostWorker
from tf_advseg.training.distributed.lost_workers import clear_lost_worker
from tf_advseg.training.distributed.strategies import check_batch_size
from tf_advseg.training.distributed.strategies import make_strategy
from tf_advseg.training.distributed.workers import Workers


def run(settings: TrainSettings, write: Callable[[str], None] = print) -> int:
    """Trains, compares and reports; returns the exit status.

    Raises:
        Fault: If the machine fails, in one sentence.
    """
    multi_worker_settings.check(settings)
    path = settings.run or str(new_run_path(settings.method))
    settings = dataclasses.replace(settings, run=path)
    if settings.dry_run:
        dry_run.tell(_runs(settings), write)
        return 0
    interruption = Interruption(write)
    try:
        with faults_explained(path), interruption:
            return _with_workers(settings, write, interruption)
    except Interrupted:
        write(f"Go on with: --run={path} --resume")
        return interruption.status


def _with_workers(
    settings: TrainSettings,
    write: Callable[[str], None],
    interruption: Interruption,
) -> int:
    """Finds the other workers, if there are any, and runs with them."""
    making.scaled(settings)  # A wrong name or size fails first.
    networks.make_backbone(settings)
    registry.make_decoder(settings.decoder)
    if settings.strategy == "multi_worker":
        write(f"{read_cluster(os.environ)}, waits for the others.")
    strategy = make_strategy(settings.strategy, settings.tpu)
    check_batch_size(settings.batch_size, strategy.num_replicas_in_sync)
    workers = Workers(strategy)
    try:
        with clear_lost_worker():
            status = _run(settings, strategy, workers, interruption, write)
            workers.wait()  # Who leaves early looks lost to the others.
    except LostWorker as error:
        print(f"error: {error}", file=sys.stderr)
        return LOST_WORKER
    return status


def _run(
    settings: TrainSettings,
    strategy: tf.distribute.Strategy,
    workers: Workers,
    interruption: Interruption,
    write: Callable[[str], None],
) -> int:
    """What `run` does on each worker; the chief alone writes."""
    trackers = []
    if workers.is_chief:
        check_writable(settings.run)
        trackers = make_trackers(settings)
    else:
        write = _say_nothing
    domains = making.make_domains(settings)
    workers.check_same("flag", multi_worker_settings.shared(settings))
    workers.check_same("list of files", fingerprint(settings, domains))
    # Before the run that it is compared with, which has no teacher.
    parents.check(settings, domains.source.class_set.names)
    check_data(settings, domains, write)
    settings = with_sizes(settings, domains, write)
    settings = no_source.guarded(settings, write)
    if workers.is_chief:
        tell_large_crop(settings, domains, write)
    making.scaled(settings)  # As above, now that all sizes are known.
    networks.check_scales(settings, len(domains.source.class_set.names))
    if settings.expect_data:
        manifests = making.data_manifests(settings, domains)
        run_data.check_expected(settings.expect_data, manifests)
    if settings.select == "labels":
        check_labels(settings, domains)

    results = {}
    with contextlib.ExitStack() as told:
        for one in _runs(settings):
            told.close()  # What is tracked of the run before.
            name = registry.make_method(one.method).name
            results[name] = _finished(one, settings, domains, write)
            if results[name] is None:
                write(f"Training {one.method} -> {one.run}")
                with _locked(one, workers):
                    run = Run(one, domains, strategy, write, interruption)
                    follower = told.enter_context(
                        followed(one, trackers, run.evaluation.pictures, write)
                    )
                    run.followers.append(follower)
                    results[name] = run.execute()
                    follower.judge(results[name])
            if results[name].interrupted:
                write(f"Saved. Go on with: --run={settings.run} --resume")
                return interruption.status
            if results[name].stopped:
                write("Stopped by an alarm; what there is so far is saved.")
                return ALARMED
        if workers.is_chief:
            train_report.write_comparison(settings, domains, results, write)
            if _wants_report(settings, compared=len(results) > 1):
                train_report.write_page(settings, write)
    if workers.is_chief and write is print and is_watched(sys.stdout):
        train_ending.show(settings, results)
    return 0


def _locked(
    settings: TrainSettings, workers: Workers
) -> contextlib.AbstractContextManager:
    """The run's folder for this process, or for the workers' chief."""
    if workers.is_chief:
        return folder_lock.held(settings.run)
    return contextlib.nullcontext()


def _say_nothing(text: str) -> None:
    """In place of `write` on workers that are not the chief."""


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
        return run_data.data_facts(making.data_manifests(one, domains))

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


def _runs(settings: TrainSettings) -> list[TrainSettings]:
    """The run itself, preceded by the one it is compared with."""
    baseline = settings.compare
    if settings.strategy == "multi_worker":
        baseline = "none"
    if baseline == "auto":
        baseline = "source_only" if _is_embedded(settings) else "none"
    if baseline in ("none", settings.method):
        return [settings]
    registry.make_method(baseline)
    beside = compared_run.compare_folder(settings.run, baseline)
    return [
        dataclasses.replace(
            settings, method=baseline, run=str(beside), teacher=""
        ),
        settings,
    ]


def _is_embedded(settings: TrainSettings) -> bool:
    return settings.target == TrainSettings.target
