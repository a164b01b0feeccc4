"""Which callbacks watch a run, and in which order.

The order is what makes a killed run resume exactly: whatever writes comes
before the checkpoint of its step, or is owed until it is seen to be there.

Of several workers only the chief has those that write; the others have
`StandingIn` in their place. What computes with all workers is on all.
"""

import contextlib
import sys

import keras

from tf_advseg.base.terminal.bar import Bar
from tf_advseg.base.terminal.watching import is_watched
from tf_advseg.experiment.evaluation import LAST_NAMES
from tf_advseg.training.callbacks.candidate_scores import CandidateScores
from tf_advseg.training.callbacks.checkpoints import Checkpoints
from tf_advseg.training.callbacks.interruption import StopOnInterrupt
from tf_advseg.training.callbacks.metrics_log import MetricsLog
from tf_advseg.training.callbacks.progress import Progress
from tf_advseg.training.callbacks.progress import ProgressBar
from tf_advseg.training.callbacks.snapshots import Snapshots
from tf_advseg.training.callbacks.standing_in import StandingIn
from tf_advseg.training.callbacks.target_evaluation import TargetEvaluation
from tf_advseg.training.callbacks.tensorboard_log import TensorBoardLog

LOG_FILE_SECONDS = 30
"""Between two lines of progress that go to a file."""


def run_watchers(run, first_step: int) -> list[keras.callbacks.Callback]:
    """The callbacks of one loop.

    Args:
        run: A `runner.Run`.
        first_step: Updates made before this loop.
    """
    settings, folder, workers = run.settings, run.folder, run.workers
    count, steps = settings.snapshots, settings.steps
    logs, boards = [], []
    if workers.is_chief:
        logs = [MetricsLog(folder.metrics_csv, first_step)]
    if workers.is_chief and settings.tensorboard:
        pictures = run.evaluation.pictures
        boards = [TensorBoardLog(folder.tensorboard, pictures, first_step)]

    progress = _progress(run, first_step)
    shown = []
    if isinstance(progress, ProgressBar):
        shown = [progress.on_evaluation]

    def judge(step):
        found = run.selection.scores_around(settings.target_delay)
        run.guard.judge(step, *workers.gather(found)[0])  # The chief's.

    def log_numbers(step, numbers):
        for log in [*run.followers, *logs]:
            log.write(step, numbers)

    def log_scores(step, numbers):
        log_numbers(step, numbers)
        if isinstance(progress, ProgressBar):
            progress.on_scores(step, numbers)

    saver = _on_chief(run, _checkpoints(run, logs))
    return [
        StopOnInterrupt(run.interruption, workers.largest),
        # The average moves first: checkpoints and snapshots are of its state.
        *([run.average] if run.average else []),
        progress,
        *boards,
        *logs,
        *run.followers,
        *run.guard.callbacks(),
        _on_chief(
            run,
            Snapshots(
                run.save,
                folder.snapshots,
                count,
                steps,
                run.average,
                settings.target_delay,
            ),
        ),
        CandidateScores(
            run.score_moment,
            count,
            steps,
            log_scores,
            run.is_over,
            settings.target_delay,
            judge,
        ),
        # After what may stop the run: its last step is saved too. Before an
        # evaluation, which may take long or need more memory than there is.
        saver,
        # The log is last: who finds a row there finds the others' too.
        _evaluation(
            run,
            [
                run.report,
                *shown,
                *(b.on_evaluation for b in [*boards, *run.followers]),
                log_numbers,
            ],
            logs,
        ),
        # An evaluation that a signal ended is owed at this very step.
        saver,
    ]


def _progress(run, first_step: int) -> Progress | ProgressBar:
    """A bar for who watches; lines for a log, and for who has them read."""
    name, steps = run.model.method.name, run.settings.steps
    # Who gave another `write` has the lines, whatever standard output is.
    if run.write is print and is_watched(sys.stdout):
        return ProgressBar(Bar(name, steps, first_step), run.write)
    every = 0 if sys.stdout.isatty() else LOG_FILE_SECONDS
    return Progress(steps, first_step, name, run.write, every=every)


def _checkpoints(run, logs) -> Checkpoints:
    def before_saving(step):
        run.guard.logs.check(step)
        for log in logs:
            log.flush()

    return Checkpoints(
        run.folder.checkpoints,
        run.settings.checkpoint_every,
        run.settings.steps,
        run.average,
        run.guard.tracked,
        before=before_saving,
    )


def _evaluation(run, listeners, logs) -> TargetEvaluation:
    def is_done(step):
        is_owed = any(not log.holds(step, LAST_NAMES) for log in logs)
        return not run.workers.any(is_owed)

    alone = run.workers.count == 1
    return TargetEvaluation(
        run.evaluation.numbers,
        run.settings.eval_every,
        run.settings.steps,
        listeners,
        is_done,
        # One worker cannot leave what all compute together.
        run.interruption.at_once if alone else contextlib.nullcontext,
    )


def _on_chief(run, callback) -> keras.callbacks.Callback:
    if run.workers.is_chief:
        return callback
    return StandingIn(callback.due)
