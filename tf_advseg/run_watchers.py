"""Which callbacks watch a run, and in which order.

The order is what makes a killed run resume exactly: whatever writes comes
before the checkpoint of its step, or is owed until it is seen to be there.
"""

from collections.abc import Callable
from pathlib import Path

import keras

from tf_advseg import callbacks as watchers
from tf_advseg.health_guard import HealthGuard
from tf_advseg.interruption import Interruption
from tf_advseg.run_evaluation import LAST_NAMES
from tf_advseg.run_evaluation import RunEvaluation
from tf_advseg.run_folder import RunFolder
from tf_advseg.run_selection import RunSelection
from tf_advseg.settings import TrainSettings


def run_watchers(
    settings: TrainSettings,
    folder: RunFolder,
    first_step: int,
    *,
    label: str,
    average: watchers.WeightAverage | None,
    guard: HealthGuard,
    selection: RunSelection,
    evaluation: RunEvaluation,
    interruption: Interruption,
    save: Callable[[Path], None],
    report: Callable[[int, dict[str, float]], None],
    is_over: Callable[[], bool],
    write: Callable[[str], None],
) -> list[keras.callbacks.Callback]:
    """The callbacks of one loop, from `first_step` on.

    Args:
        settings: Of the run.
        folder: Of the run.
        first_step: Updates made before.
        label: Begins lines of progress.
        average: The running average of the weights, if there is one.
        guard: Watches the run's health.
        selection: Scores the snapshots.
        evaluation: Evaluates on the target.
        interruption: Says when to stop.
        save: Writes the segmenter's present weights to a path.
        report: Told of each evaluation.
        is_over: Whether the snapshots have been no better for long enough.
        write: Where progress goes.
    """
    log = watchers.MetricsLog(folder.metrics_csv, first_step)
    count, steps = settings.snapshots, settings.steps

    def before_saving(step):
        guard.logs.check(step)
        log.flush()

    saver = watchers.Checkpoints(
        folder.checkpoints,
        settings.checkpoint_every,
        steps,
        average,
        guard.tracked,
        before=before_saving,
    )
    boards = []
    if settings.tensorboard:
        boards = [
            watchers.TensorBoardLog(
                folder.tensorboard, evaluation.pictures, first_step
            )
        ]
    # The log is last: who finds a row there finds the others' too.
    listeners = [report, *(b.on_evaluation for b in boards), log.write]
    return [
        watchers.StopOnInterrupt(interruption),
        # The average moves first: checkpoints and snapshots are of its state.
        *([average] if average else []),
        watchers.Progress(steps, first_step, label, write),
        *boards,
        log,
        *guard.callbacks(),
        watchers.Snapshots(save, folder.snapshots, count, steps, average),
        watchers.CandidateScores(
            lambda step: selection.score_moment(step, average),
            count,
            steps,
            log.write,
            is_over,
        ),
        # After what may stop the run: its last step is saved too. Before an
        # evaluation, which may take long or need more memory than there is.
        saver,
        watchers.TargetEvaluation(
            evaluation.numbers,
            settings.eval_every,
            steps,
            listeners,
            lambda step: log.holds(step, LAST_NAMES),
            interruption.at_once,
        ),
        # An evaluation that a signal ended is owed at this very step.
        saver,
    ]
