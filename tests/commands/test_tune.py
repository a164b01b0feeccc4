"""`tf_advseg tune`, whose trials are really trained."""

import dataclasses
import json
import shlex
import subprocess
import sys

import pytest
import toy_settings
from places import ROOT

from tf_advseg.base import flags
from tf_advseg.commands import tune as command
from tf_advseg.runs.folder import read_settings
from tf_advseg.search import objective
from tf_advseg.settings.train import TrainSettings
from tf_advseg.settings.tune import TuneSettings

TINY = dataclasses.asdict(toy_settings.TINY) | {
    "backbone": "efficientnet_lite0",  # Trials are processes of their own.
    "steps": 2,
    "snapshots": 1,
    "select_images": 2,
    "select_source_images": 2,
}
SPACE = "learning_rate: {low: 1.0e-4, high: 1.0e-2, log: true}\nflip: [true]\n"


def tune(study, **changes):
    space = study.parent / "space.yaml"
    space.write_text(SPACE)
    said = []
    settings = TuneSettings(
        **TINY | {"study": str(study), "space": str(space)} | changes
    )
    return command.run(settings, said.append), "\n".join(said)


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    study = tmp_path_factory.mktemp("search") / "study"
    status, said = tune(study, trials=2)
    assert status == 0
    return study, said


@pytest.mark.slow
def test_trials_are_runs_of_the_space_the_first_with_the_flags_own(searched):
    study, said = searched
    runs = sorted(study.glob("trial_*"))
    assert [run.name for run in runs] == ["trial_0000", "trial_0001"]
    assert all((run / "best.keras").exists() for run in runs)
    assert read_settings(runs[0]).learning_rate == TINY["learning_rate"]
    assert read_settings(runs[1]).learning_rate != TINY["learning_rate"]
    assert "<svg" in (study / "study.html").read_text()
    values = [objective.of_chosen(run) for run in runs]
    best = f"trial_000{values.index(max(values))}={max(values):.4f}"
    assert said.splitlines()[-1] == f"tf_advseg_metric agreement/{best}"


@pytest.mark.slow
def test_a_finished_study_makes_no_more(searched):
    study, _ = searched
    files = [run / "last.keras" for run in study.glob("trial_*")]
    made = [file.stat().st_mtime_ns for file in files]
    status, said = tune(study, trials=2)
    assert status == 0
    assert (study / "best.txt").read_text().strip() in said
    assert made == [file.stat().st_mtime_ns for file in files]


@pytest.mark.slow
def test_a_run_can_be_judged_by_labels(searched):
    run = searched[0] / "trial_0000"
    metrics = json.loads((run / "metrics_best.json").read_text())
    assert objective.miou(run) == pytest.approx(metrics["miou"])


@pytest.mark.slow
def test_the_best_command_line_makes_the_best_trial_again(searched):
    study, said = searched
    words = shlex.split((study / "best.txt").read_text())
    assert words[:2] == ["tf_advseg", "train"]
    values, rest = flags.parse(flags.flags_of(TrainSettings), words[2:])
    assert rest == []
    best = said.splitlines()[-1].partition("/")[2].partition("=")[0]
    trial = read_settings(study / best)
    assert TrainSettings(**values) == dataclasses.replace(
        trial, run="", resume=False
    )


def test_the_wrong_space_fails_before_anything_is_made(tmp_path):
    space = tmp_path / "space.yaml"
    space.write_text("learning_rat: [1]")
    study = tmp_path / "study"
    settings = TuneSettings(space=str(space), study=str(study))
    with pytest.raises(ValueError, match="Did you mean learning_rate"):
        command.run(settings)
    assert not study.exists()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"run": "runs/x"}, "leave --run and --resume out"),
        ({"resume": True}, "leave --run and --resume out"),
        ({"dry_run": True}, "leave --dry_run out, or give it to `tf_advseg"),
        ({"snapshots": 0}, "--snapshots must be at least 1"),
        ({"trials": 0}, "--trials must be at least 1"),
        ({"objective": "fused"}, "Choose one of: agreement, miou"),
    ],
)
def test_what_a_search_cannot_be_told(flags, message):
    with pytest.raises(ValueError, match=message):
        TuneSettings(**flags)


def test_several_workers_are_several_searches():
    with pytest.raises(ValueError, match="start `tune` several times"):
        TuneSettings(strategy="multi_worker")


def test_a_trial_is_compared_with_nothing_unless_it_is_said():
    run = TuneSettings(trials=3).of_a_run()
    assert type(run) is TrainSettings
    assert (run.compare, run.report) == ("none", "false")
    run = TuneSettings(compare="source_only", report="true").of_a_run()
    assert (run.compare, run.report) == ("source_only", "true")


def test_without_optuna_a_sentence_says_what_to_install():
    program = (
        "import sys; sys.modules['optuna'] = None\n"
        "from tf_advseg.cli import main\n"
        "sys.exit(main(['tune', '--trials=1']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "pip install 'tf-advseg[search]'" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
