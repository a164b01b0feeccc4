"""The trials of a search, shared by all processes that work on it.

STUDY/study.db      Optuna's storage: what was tried, and what came of it
STUDY/trial_0007    a trial: the folder of a training run
STUDY/logs          what those runs printed
STUDY/claims        who works on which trial
STUDY/best.txt      the command line of the best trial
STUDY/study.html    all trials, and which settings mattered

A trial that is under way in the storage and claimed by nobody has lost its
process, and is taken up again where its run was saved, by whoever comes next.
The number of trials is counted under a lock of the study: of all processes
together there are as many as were asked for.
"""

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import sqlalchemy
from optuna.distributions import distribution_to_json
from optuna.trial import FrozenTrial
from optuna.trial import TrialState

from tf_advseg.base.files import folder_lock
from tf_advseg.base.files.folder_lock import LOCK_FILE
from tf_advseg.runs.folder import RunFolder
from tf_advseg.search.claims import Claim
from tf_advseg.search.claims import is_held
from tf_advseg.search.objective import OBJECTIVES
from tf_advseg.search.space import Space

MOST_RETRIES = 2
"""Lives that a trial is given after one that was killed."""
STARTUP_TRIALS = 4
"""Whole trials before any is ended early."""
_ORIGIN, _RETRIES, REASON = "origin", "retries", "reason"
_SECONDS = 120.0
"""To wait for another process's transaction."""


@dataclasses.dataclass
class Taken:
    """A trial that is this process's to run.

    Attributes:
        trial: Optuna's.
        folder: Of its run.
        claim: The lock that says that somebody works on it.
    """

    trial: optuna.Trial
    folder: Path
    claim: Claim

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name


class Study:
    """A study on the disk, new or gone on with.

    Args:
        folder: Where it lies.
        space: What is searched.
        fixed: All else that decides of a trial, as JSON values.
        objective: A key of `OBJECTIVES`.
        first: The first trial's values; {}: drawn as the others.
        seed: Of what is drawn.
        prune: Whether trials may be ended early, and after which share of
            their moments, in percent; None: never.

    Raises:
        ValueError: If the folder holds a study of other settings.
    """

    def __init__(
        self,
        folder: str | Path,
        space: Space,
        fixed: Mapping[str, Any],
        objective: str,
        first: Mapping[str, Any],
        seed: int = 0,
        prune: int | None = 30,
    ):
        self.folder = Path(folder)
        self.space, self.seed = space, seed
        self.value_of = OBJECTIVES[objective]
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._turn():
            self.study = self._opened(prune)
            self._check_same({**fixed, "objective": objective})
            if first and not self.trials():
                self.study.enqueue_trial(dict(first))

    def take(self, count: int) -> Taken | None:
        """The next trial to run; None if `count` have been begun."""
        with self._turn():
            self._bury_the_dead()
            known = self.trials()
            begun = [t for t in known if _ORIGIN not in t.user_attrs]
            waits = any(t.state is TrialState.WAITING for t in known)
            if not waits and len(begun) >= count:
                return None
            # Two processes that draw from one seed would draw the same.
            self.study.sampler = optuna.samplers.TPESampler(
                seed=_seed(self.seed, len(known))
            )
            trial = self.study.ask(self.space)
            claim = Claim(self._claim_file(trial.number))
        return Taken(trial, self.folder_of(trial), claim)

    def tell(
        self,
        taken: Taken,
        state: TrialState,
        value: float | None = None,
        reason: str = "",
    ) -> None:
        """Records how a trial ended."""
        if reason:
            taken.trial.set_user_attr(REASON, reason)
        self.study.tell(taken.trial, value, state)
        taken.claim.release()

    def give_back(self, taken: Taken, killed: bool = False) -> bool:
        """Leaves a trial, unfinished, to whoever comes next.

        Returns:
            Whether it will be tried again: it was `killed` too often else.
        """
        with self._turn():
            again = self._requeue(_frozen(self.study, taken), killed)
        taken.claim.release()
        return again

    def trials(self) -> list[FrozenTrial]:
        """All of them, lives that ended early too."""
        return self.study.get_trials(deepcopy=False)

    def lives(self) -> list[FrozenTrial]:
        """Each trial's last life, in the order of their folders."""
        last = {self.folder_of(trial): trial for trial in self.trials()}
        return [last[folder] for folder in sorted(last)]

    def folder_of(self, trial: optuna.Trial | FrozenTrial) -> Path:
        """Of a trial's run, which is the same for each of its lives."""
        number = trial.user_attrs.get(_ORIGIN, trial.number)
        return self.folder / f"trial_{number:04d}"

    def _opened(self, prune: int | None) -> optuna.Study:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        url = sqlalchemy.URL.create(
            "sqlite", database=str(self.folder / "study.db")
        )
        pruner: optuna.pruners.BasePruner = optuna.pruners.NopPruner()
        if prune is not None:
            pruner = optuna.pruners.MedianPruner(STARTUP_TRIALS, prune)
        return optuna.create_study(
            storage=optuna.storages.RDBStorage(
                url.render_as_string(hide_password=False),
                engine_kwargs={"connect_args": {"timeout": _SECONDS}},
            ),
            study_name="tf_advseg",
            direction="maximize",
            pruner=pruner,
            load_if_exists=True,
        )

    def _check_same(self, facts: Mapping[str, Any]) -> None:
        """Trials of other settings could not be compared."""
        space = {k: distribution_to_json(v) for k, v in self.space.items()}
        facts = json.loads(json.dumps({**facts, "space": space}))
        known = self.study.user_attrs.get("facts")
        if known is None:
            self.study.set_user_attr("facts", facts)
            return
        for name in sorted({*facts, *known}):
            if facts.get(name) != known.get(name):
                raise ValueError(
                    f"The study {self.folder} was begun with --{name}="
                    f"{known.get(name)}, but now --{name}={facts.get(name)}. "
                    "Give the same again, or another --study."
                )

    def _turn(self) -> contextlib.AbstractContextManager:
        return folder_lock.in_turn(self.folder / "study.lock")

    def _bury_the_dead(self) -> None:
        for trial in self.trials():
            if trial.state is not TrialState.RUNNING or self._lives(trial):
                continue
            run = RunFolder(self.folder_of(trial))
            value = None
            if run.finished.is_file():
                value = self.value_of(run.path)
            if value is None:
                self._requeue(trial, killed=True)
            else:
                # Its run outlived the process that waited for it.
                self.study.tell(trial.number, value)

    def _requeue(self, trial: FrozenTrial, killed: bool) -> bool:
        self.study.tell(trial.number, state=TrialState.FAIL)
        retries = trial.user_attrs.get(_RETRIES, 0) + killed
        if retries > MOST_RETRIES:
            return False
        self.study.enqueue_trial(
            trial.params,
            user_attrs={
                _ORIGIN: trial.user_attrs.get(_ORIGIN, trial.number),
                _RETRIES: retries,
            },
        )
        return True

    def _lives(self, trial: FrozenTrial) -> bool:
        """Whether somebody has claimed it, or its run goes on."""
        run = self.folder_of(trial) / LOCK_FILE
        return is_held(self._claim_file(trial.number)) or is_held(run)

    def _claim_file(self, number: int) -> Path:
        return self.folder / "claims" / f"{number:04d}.lock"


def _frozen(study: optuna.Study, taken: Taken) -> FrozenTrial:
    trials = study.get_trials(deepcopy=False)
    return next(t for t in trials if t.number == taken.trial.number)


def _seed(seed: int, number: int) -> int:
    state = np.random.SeedSequence([abs(seed), number]).generate_state(1)
    return int(state[0])
