"""The end of a training: a table, and three commands that can be typed."""

import io
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
import toy_runs

from benchmarks.parts.in_terminal import plain
from tf_advseg import cli
from tf_advseg.base.terminal.console import Console
from tf_advseg.commands import train_ending
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.result import RunResult
from tf_advseg.settings.train import TrainSettings


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run on two folders, the target's name in need of quotes."""
    monkeypatch.chdir(tmp_path)
    source = toy_runs.write_domain(Path("renders"))
    target = toy_runs.write_domain(Path("my photos"))
    toy_runs.write_run(Path("runs/one"), "advent", source, target)
    return TrainSettings(run="runs/one", source=str(source), target=str(target))


def result(settings, right=None):
    """How the run ended; so many pixels of ten were right."""
    found = None
    if right is not None:
        confusion = np.array([[right, 10 - right], [0, 10]])
        found = Evaluation("p", "val", None, ("a", "b"), confusion, 1, {})
    folder = RunFolder(settings.run, False)
    return RunResult(folder, found, found, "fused score", False)


def typed(settings, results):
    return [c for _, c in train_ending.next_commands(settings, results)]


def test_each_command_is_one_that_the_door_takes(run):
    for right in (None, 5):
        for with_report in (False, True):
            if with_report:
                Path("runs/one/report.html").write_text("")
            for command in typed(run, {"advent": result(run, right)}):
                _, name, *words = shlex.split(command)
                # What it names is looked for, too.
                cli._prepare(name, cli.settings_module(name).COMMAND, words)


def test_the_paths_are_the_run_s_own(run, monkeypatch):
    monkeypatch.setattr(train_ending, "program", lambda: ["tf_advseg"])
    assert typed(run, {"advent": result(run)}) == [
        "tf_advseg report runs/one",
        "tf_advseg predict --model=runs/one '--input=my photos' "
        "--out=runs/one/maps",
        "tf_advseg export --run=runs/one",
    ]


def test_with_a_report_and_labels_evaluating_comes_next(run):
    Path("runs/one/report.html").write_text("")
    assert " report " in typed(run, {"advent": result(run)})[0]
    command = shlex.split(typed(run, {"advent": result(run, 5)})[0])
    assert command[1:] == [
        "evaluate",
        "--model=runs/one",
        "--target=my photos",
        "--split=val",
        "--out=runs/one/evaluation",
    ]


def test_photos_are_the_target_s_folder_or_the_user_s(run):
    photo_folder = train_ending.photo_folder
    assert photo_folder("my photos") == "my photos"
    assert photo_folder("gta5:renders") == "renders"
    assert photo_folder("gta5:nowhere") == "PHOTOS"
    assert photo_folder("streets-real") == "PHOTOS"


def test_the_program_is_called_as_the_shell_finds_it(tmp_path, monkeypatch):
    home = tmp_path / ".venv/bin"
    home.mkdir(parents=True)
    (home / "tf_advseg").write_text("#!/bin/sh\n")
    (home / "tf_advseg").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(home / "python"))
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    assert train_ending.program() == [".venv/bin/tf_advseg"]
    monkeypatch.chdir("/")
    monkeypatch.setenv("PATH", str(home))
    assert train_ending.program() == ["tf_advseg"]
    (home / "tf_advseg").unlink()
    assert train_ending.program()[-2:] == ["-m", "tf_advseg"]


@pytest.mark.parametrize("right", [None, 5])
def test_the_table_has_a_row_a_run(run, right, monkeypatch):
    console = Console(io.StringIO())
    console.width = 160
    monkeypatch.setattr(train_ending, "Console", lambda: console)
    both = {"source_only": result(run, right), "advent": result(run, right)}
    train_ending.show(run, both)
    text = plain(console.file.getvalue())
    rows = [line.split() for line in text.splitlines()]
    worth = [] if right is None else ["58.33", "58.33"]
    for name in both:
        assert [name, *worth, "fused", "score"] in rows
    assert ("mIoU" in text) == (right is not None)
    for command in typed(run, both):
        assert f"  {command}\n" in text
