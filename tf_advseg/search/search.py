"""The loop of a search: take a trial, train it, judge it, tell the study."""

import dataclasses
import shlex
from collections.abc import Callable
from pathlib import Path

from optuna.trial import TrialState

from tf_advseg.base.fields import changed
from tf_advseg.base.process.exit_status import ALARMED
from tf_advseg.search import trial_run
from tf_advseg.search.objective import moments
from tf_advseg.search.study import Study
from tf_advseg.search.study import Taken
from tf_advseg.search.trial_run import Outcome
from tf_advseg.settings.train import TrainSettings

Runner = Callable[..., tuple[Outcome, int]]


def search(
    study: Study,
    base: TrainSettings,
    count: int,
    write: Callable[[str], None] = print,
    runner: Runner = trial_run.run,
) -> None:
    """Runs trials until the study has as many as it should.

    Args:
        study: Where they are taken from and told to.
        base: What they have in common.
        count: Trials in all, of every process.
        write: Where progress goes.
        runner: Runs a command; as `trial_run.run`.
    """
    while taken := study.take(count):
        settings = settings_of(taken, base)
        own = [f"{k}={short(v)}" for k, v in taken.trial.params.items()]
        write(f"{taken.name}: {', '.join(own)}")
        log = study.folder / "logs" / f"{taken.name}.log"
        watch = _Watch(taken, settings)
        try:
            outcome, status = runner(flags(settings), log, watch.is_hopeless)
        except BaseException:
            study.give_back(taken)
            raise
        write(f"{taken.name}: {_told(study, taken, outcome, status, log)}")


def settings_of(taken: Taken, base: TrainSettings) -> TrainSettings:
    """A trial's run; one that was begun before goes on."""
    return dataclasses.replace(
        base, **taken.trial.params, run=str(taken.folder), resume=True
    )


def flags(settings: TrainSettings) -> list[str]:
    """The command that trains with some settings, as its words."""
    return ["train", *[f"--{k}={v}" for k, v in changed(settings).items()]]


def command_line(settings: TrainSettings) -> str:
    """The same for a shell, into a folder of its own."""
    own = dataclasses.replace(settings, run="", resume=False)
    return shlex.join(["tf_advseg", *flags(own)])


class _Watch:
    """Reports a run's moments to Optuna, and asks whether to go on.

    Moments go by the percentage of the steps that were made: trials may differ
    in their number.
    """

    def __init__(self, taken: Taken, settings: TrainSettings):
        self.taken, self.steps = taken, settings.steps
        self.told: set[int] = set()

    def is_hopeless(self) -> bool:
        """Whether the median of the other trials was better than this one."""
        hopeless = False
        for step, value in sorted(moments(self.taken.folder).items()):
            moment = round(100 * step / self.steps)
            if moment not in self.told and moment < 100:
                self.told.add(moment)
                self.taken.trial.report(value, moment)
                hopeless = self.taken.trial.should_prune()
        return hopeless


def _told(
    study: Study, taken: Taken, outcome: Outcome, status: int, log: Path
) -> str:
    """Tells the study how a trial ended; returns it in words."""
    if outcome is Outcome.KILLED:
        again = study.give_back(taken, killed=True)
        how = "it is tried again" if again else "it is left out now"
        return f"killed by signal {abs(status) % 128}; {how}."
    if outcome is Outcome.PRUNED or status == ALARMED:
        reason = "below the median" if outcome is Outcome.PRUNED else "alarm"
        study.tell(taken, TrialState.PRUNED, reason=reason)
        return f"ended early ({reason})."
    value = study.value_of(taken.folder) if outcome is Outcome.DONE else None
    if value is None:
        reason = trial_run.last_words(log)
        if outcome is Outcome.DONE:
            reason = "it has no score: --objective=miou needs labels"
        study.tell(taken, TrialState.FAIL, reason=reason)
        return f"failed: {reason}"
    study.tell(taken, TrialState.COMPLETE, value)
    return f"{value:.4f}"


def short(value: object) -> str:
    """A setting's value in a few letters."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
