"""The callbacks of a run, in the order that they need.

Of several workers only the chief has those that write; the others have
`StandingIn` in their place. What computes with all workers is on all.
"""

import keras

from tf_advseg import callbacks as watchers


def make_callbacks(run, first_step: int) -> list[keras.callbacks.Callback]:
    """What watches a run's loop.

    Args:
        run: A `runner.Run`.
        first_step: Updates made before this loop.
    """
    settings = run.settings
    logs = []
    if run.workers.is_chief:
        logs = [watchers.MetricsLog(run.folder.metrics_csv, first_step)]

    def log_numbers(step, numbers):
        for log in logs:
            log.write(step, numbers)

    listeners = [run.report, log_numbers]
    progress = watchers.Progress(
        settings.steps, first_step, run.model.method.name, run.write
    )
    chosen = [
        # The average moves first: checkpoints and snapshots are of its state.
        *([run.average] if run.average else []),
        progress,
        *logs,
        *run.guard.callbacks(),
        _on_chief(run, _snapshots(run)),
        watchers.CandidateScores(
            run.score_moment,
            settings.snapshots,
            settings.steps,
            log_numbers,
            run.is_over,
        ),
        # After what may stop the run: its last step is saved too.
        _on_chief(run, _checkpoints(run)),
    ]
    if settings.tensorboard and run.workers.is_chief:
        board = watchers.TensorBoardLog(
            run.folder.tensorboard, run.evaluation.pictures
        )
        listeners.append(board.on_evaluation)
        chosen.append(board)
    evaluation = watchers.TargetEvaluation(
        run.evaluation.numbers, settings.eval_every, settings.steps, listeners
    )
    return [*chosen, evaluation]


def _snapshots(run) -> watchers.Snapshots:
    return watchers.Snapshots(
        run.save,
        run.folder.snapshots,
        run.settings.snapshots,
        run.settings.steps,
        run.average,
    )


def _checkpoints(run) -> watchers.Checkpoints:
    return watchers.Checkpoints(
        run.folder.checkpoints,
        run.settings.checkpoint_every,
        run.settings.steps,
        run.average,
        run.guard.tracked,
    )


def _on_chief(run, callback) -> keras.callbacks.Callback:
    if run.workers.is_chief:
        return callback
    return watchers.StandingIn(callback.due)
