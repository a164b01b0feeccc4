"""The loop of a search, and what it makes of how a trial ended."""

import os
import shlex
import signal
import sys
from pathlib import Path

import pytest
import toy_search
from optuna.trial import TrialState

from tf_advseg.base.process.exit_status import ALARMED
from tf_advseg.search import findings
from tf_advseg.search import page
from tf_advseg.search import trial_run
from tf_advseg.search.search import search
from tf_advseg.search.study import STARTUP_TRIALS
from tf_advseg.search.trial_run import Outcome


def ends(outcome, status, words="error: It is full.\n"):
    def run(arguments, log, is_hopeless):
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(words)
        return outcome, status

    return run


def searched(folder, runner, count=1):
    study, said = toy_search.study(folder), []
    search(study, toy_search.BASE, count, said.append, runner)
    return study, "\n".join(said)


def test_a_run_that_fails_is_not_tried_again_and_says_why(tmp_path):
    study, said = searched(tmp_path, ends(Outcome.FAILED, 1))
    assert [t.state for t in study.trials()] == [TrialState.FAIL]
    assert "trial_0000: failed: It is full." in said
    assert findings.rows(study)[0].state == "failed: It is full."


def test_an_alarm_is_no_failure_of_the_search(tmp_path):
    study, said = searched(tmp_path, ends(Outcome.FAILED, ALARMED))
    assert [t.state for t in study.trials()] == [TrialState.PRUNED]
    assert "ended early (alarm)" in said


def test_a_run_that_is_killed_is_tried_again_but_not_for_ever(tmp_path):
    study, said = searched(tmp_path, ends(Outcome.KILLED, -9))
    assert {t.state for t in study.trials()} == {TrialState.FAIL}
    assert said.count("killed by signal 9; it is tried again.") == 2
    assert said.count("killed by signal 9; it is left out now.") == 1


def test_a_run_without_a_score_says_so(tmp_path):
    study = toy_search.study(tmp_path, objective="miou")
    said = []
    runner = toy_search.trainer()
    search(study, toy_search.BASE, 1, said.append, runner)
    assert "--objective=miou needs labels" in said[-1]


def test_ctrl_c_leaves_the_trial_to_the_next(tmp_path):
    def interrupted(arguments, log, is_hopeless):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searched(tmp_path, interrupted)
    study, _ = searched(tmp_path, toy_search.trainer())
    assert [t.state for t in study.lives()] == [TrialState.COMPLETE]


def test_trials_below_the_median_are_ended_early(tmp_path):
    asked = []

    def run(arguments, log, is_hopeless):
        folder = Path(toy_search.flag(arguments, "run"))
        number = int(folder.name[-4:])
        good = 0.8 if number < STARTUP_TRIALS else 0.2
        for step in (20, 60):
            moments = {s: good for s in (20, 60) if s <= step}
            toy_search.write_moments(folder, moments)
            asked.append((number, step, is_hopeless()))
        if asked[-1][2]:
            return Outcome.PRUNED, 143
        toy_search.finish(folder, good, good)
        return Outcome.DONE, 0

    study, _ = searched(tmp_path, run, STARTUP_TRIALS + 1)
    hopeless = [(n, step) for n, step, is_hopeless in asked if is_hopeless]
    # At 20 % nothing is ended yet.
    assert hopeless == [(STARTUP_TRIALS, 60)]
    assert study.trials()[-1].state is TrialState.PRUNED
    assert len(findings.rows(study)) == STARTUP_TRIALS + 1


def test_a_trial_is_the_train_command_with_its_values(tmp_path):
    commands = []

    def run(arguments, log, is_hopeless):
        commands.append(arguments)
        return toy_search.trainer()(arguments, log, is_hopeless)

    study, _ = searched(tmp_path, run, 2)
    rate = study.trials()[1].params["learning_rate"]
    folder = tmp_path / "trial_0001"
    assert commands[1][0] == "train"
    assert set(commands[1][1:]) == {
        "--steps=100",
        f"--learning_rate={rate}",
        f"--run={folder}",
        "--resume=True",
    }


def test_the_best_command_line_trains_into_a_folder_of_its_own(tmp_path):
    study, _ = searched(tmp_path, toy_search.trainer(), 5)
    best = findings.rows(study)[0]
    rate = best.params["learning_rate"]
    assert rate == min(t.params["learning_rate"] for t in study.trials())
    words = shlex.split(findings.best_command(study, toy_search.BASE))
    assert words[:2] == ["tf_advseg", "train"]
    assert set(words[2:]) == {"--steps=100", f"--learning_rate={rate}"}


def test_findings_of_a_study(tmp_path):
    study, _ = searched(tmp_path, toy_search.trainer(), 5)
    rows = findings.rows(study)
    text = findings.table(rows, "agreement")
    assert text.splitlines()[0].split() == [
        "trial",
        "agreement",
        "learning_rate",
    ]
    assert set(text.splitlines()[1]) == {"-", " "}
    told = [line.split()[0] for line in text.splitlines()[2:]]
    assert told == [row.name for row in rows] and len(told) == 5
    shares = findings.importances(study)
    assert shares == {"learning_rate": pytest.approx(1.0)}
    html = page.page("a <study>", "agreement", rows, shares, "tf_advseg train")
    assert "a &lt;study&gt;" in html
    assert html.count('class="dot before"') == 5
    assert html.count('class="importance"') == 1
    assert all(row.name in html for row in rows)


def test_findings_of_too_few_trials(tmp_path):
    study = toy_search.study(tmp_path)
    study.take(1)
    assert findings.importances(study) == {}
    assert findings.best_command(study, toy_search.BASE) == ""
    assert findings.rows(study)[0].state == "runs"
    assert page.page("s", "agreement", findings.rows(study), {}, "")


def test_a_command_is_run_and_its_words_kept(tmp_path):
    log = tmp_path / "logs" / "one.log"
    ended = trial_run.run(["--version"], log, lambda: False, 0.05)
    assert ended == (Outcome.DONE, 0)
    assert log.read_text().startswith("tf_advseg ")
    ended = trial_run.run(["nothing"], log, lambda: False, 0.05)
    assert ended == (Outcome.FAILED, 1)
    assert trial_run.last_words(log).startswith("There is no command")


@pytest.fixture
def sleeper(tmp_path, monkeypatch):
    """In place of Python: sleeps, and says which signal ended it."""
    script = tmp_path / "sleeper"
    script.write_text(
        f"#!{sys.executable}\n"
        "import signal, sys, time\n"
        "def stop(number, frame):\n"
        "    print('signal', number, flush=True)\n"
        "    time.sleep(0.3)\n"
        "    sys.exit(128 + number)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return tmp_path / "sleeper.log"


def is_ready(log):
    return log.exists() and "ready" in log.read_text()


def test_a_hopeless_run_is_told_once_to_save_and_end(sleeper):
    ended = trial_run.run(["x"], sleeper, lambda: is_ready(sleeper), 0.02)
    assert ended == (Outcome.PRUNED, 128 + signal.SIGTERM)
    assert sleeper.read_text().count("signal 15") == 1


def test_a_run_that_others_end_is_killed_not_pruned(sleeper, monkeypatch):
    popen = trial_run.subprocess.Popen
    started = []

    def remember(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[0]

    monkeypatch.setattr(trial_run.subprocess, "Popen", remember)

    def kill():
        if is_ready(sleeper):
            os.kill(started[0].pid, signal.SIGKILL)
        return False

    ended = trial_run.run(["x"], sleeper, kill, 0.02)
    assert ended == (Outcome.KILLED, -signal.SIGKILL)


def test_what_ends_the_wait_ends_the_run_first(sleeper):
    def interrupt():
        if is_ready(sleeper):
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        trial_run.run(["x"], sleeper, interrupt, 0.02)
    assert "signal 15" in sleeper.read_text()
