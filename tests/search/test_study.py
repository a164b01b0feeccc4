"""A study on the disk: counted, shared, gone on with."""

import signal
import subprocess
import sys
import time

import pytest
import toy_search
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState
from places import ROOT

from tf_advseg.base.files import folder_lock
from tf_advseg.search.search import search
from tf_advseg.search.study import MOST_RETRIES


def worker(folder, count, seconds):
    return subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "tests" / "toys" / "toy_search.py"),
            str(folder),
            str(count),
            str(seconds),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def logs(study):
    return {f.stem: f.read_text() for f in (study.folder / "logs").iterdir()}


def test_the_first_trial_has_the_flags_own_values(tmp_path):
    study = toy_search.study(tmp_path)
    first, second = study.take(2), study.take(2)
    assert first.trial.params == toy_search.DEFAULTS
    assert second.trial.params != toy_search.DEFAULTS
    assert study.take(2) is None


def test_a_study_is_gone_on_with_and_counts_what_there_is(tmp_path):
    study = toy_search.study(tmp_path)
    search(study, toy_search.BASE, 2, print, toy_search.trainer())
    again = toy_search.study(tmp_path)
    search(again, toy_search.BASE, 3, print, toy_search.trainer())
    assert [t.state for t in again.trials()] == [TrialState.COMPLETE] * 3
    assert list(logs(again).values()) == ["begun\n"] * 3


def test_other_settings_are_refused_by_name(tmp_path):
    toy_search.study(tmp_path)
    with pytest.raises(ValueError, match="--steps=100, but now --steps=200"):
        toy_search.study(tmp_path, fixed={"steps": 200})
    with pytest.raises(ValueError, match="--objective=agreement, but now"):
        toy_search.study(tmp_path, objective="miou")
    space = {"learning_rate": FloatDistribution(1e-4, 1e-1, log=True)}
    with pytest.raises(ValueError, match="--space="):
        toy_search.study(tmp_path, space=space)


def test_what_is_drawn_depends_on_the_seed_and_the_trial(tmp_path):
    one = toy_search.study(tmp_path / "a", first={}).take(1)
    same = toy_search.study(tmp_path / "b", first={}).take(1)
    other = toy_search.study(tmp_path / "c", first={}, seed=1).take(1)
    assert one.trial.params == same.trial.params != other.trial.params


def test_a_trial_that_is_worked_on_is_nobody_elses(tmp_path):
    mine = toy_search.study(tmp_path)
    taken = mine.take(2)
    other = toy_search.study(tmp_path).take(2)
    assert taken.folder != other.folder
    assert [t.state for t in mine.trials()] == [TrialState.RUNNING] * 2


def test_a_dead_process_leaves_its_trial_to_the_next(tmp_path):
    study = toy_search.study(tmp_path)
    taken = study.take(1)
    for _ in range(MOST_RETRIES):
        taken.claim.release()  # As the system does for the dead.
        again = study.take(1)
        assert again.folder == taken.folder
        assert again.trial.params == taken.trial.params
        taken = again
    taken.claim.release()
    assert study.take(1) is None  # It kills whoever takes it.
    assert [t.state for t in study.lives()] == [TrialState.FAIL]


def test_a_run_that_outlived_its_process_is_not_made_again(tmp_path):
    study = toy_search.study(tmp_path)
    taken = study.take(1)
    toy_search.finish(taken.folder, 0.64, 0.25)
    taken.claim.release()
    assert study.take(1) is None
    assert [t.value for t in study.trials()] == [pytest.approx(0.4)]


def test_a_run_that_still_goes_on_is_not_taken_for_dead(tmp_path):
    study = toy_search.study(tmp_path)
    taken = study.take(1)
    with folder_lock.held(taken.folder):
        taken.claim.release()
        assert study.take(1) is None
    assert study.take(1).folder == taken.folder


def test_who_gives_back_costs_the_trial_no_life(tmp_path):
    study = toy_search.study(tmp_path)
    for _ in range(MOST_RETRIES + 2):
        taken = study.take(1)
        assert study.give_back(taken)
    assert study.take(1).folder == taken.folder


@pytest.mark.slow
def test_two_processes_share_the_trials(tmp_path):
    workers = [worker(tmp_path, 9, 0.2) for _ in range(2)]
    said = [one.communicate()[0] for one in workers]
    assert [one.returncode for one in workers] == [0, 0]
    study = toy_search.study(tmp_path)
    trials = study.trials()
    assert [t.state for t in trials] == [TrialState.COMPLETE] * 9
    rates = {t.params["learning_rate"] for t in trials}
    assert len(rates) == 9
    assert list(logs(study).values()) == ["begun\n"] * 9
    assert all("trial_" in one for one in said)  # Both had work.


@pytest.mark.slow
def test_a_killed_search_loses_no_finished_trial(tmp_path):
    killed = worker(tmp_path, 4, 1.0)
    done = 0
    for line in killed.stdout:
        done += line.startswith("trial_") and "learning_rate" not in line
        if done == 2 and "learning_rate" in line:
            log = tmp_path / "logs" / f"{line.partition(':')[0]}.log"
            while not (log.exists() and log.read_text()):
                time.sleep(0.01)
            killed.send_signal(signal.SIGKILL)  # In its third.
            break
    killed.wait()
    study = toy_search.study(tmp_path)
    before = {t.number: t.value for t in study.trials()}
    assert worker(tmp_path, 4, 0.0).wait() == 0
    after = {t.number: t.value for t in study.trials()}
    finished = {n: v for n, v in before.items() if v is not None}
    assert len(finished) == 2
    assert finished.items() <= after.items()
    assert [t.state for t in study.lives()] == [TrialState.COMPLETE] * 4
    counts = [text.count("begun") for text in logs(study).values()]
    assert sorted(counts) == [1, 1, 1, 2]  # Only the third twice.
