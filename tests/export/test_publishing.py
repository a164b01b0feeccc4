"""Artefacts get their names at once, and old ones stay until then."""

import subprocess
import sys

import pytest

from tf_advseg.export import publishing
from tf_advseg.export.publishing import publish


def _folder(path, text):
    path.mkdir(parents=True)
    (path / "model.pb").write_text(text)
    return path


def test_a_folder_takes_the_place_of_an_old_one(tmp_path):
    name = _folder(tmp_path / "saved_model", "old")
    publish(_folder(tmp_path / "work/saved_model", "new"), name)
    assert (name / "model.pb").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved_model", "work"]


def test_a_file_takes_the_place_of_an_old_one(tmp_path):
    name = tmp_path / "model.tflite"
    name.write_text("old")
    finished = tmp_path / "finished"
    finished.write_text("new")
    publish(finished, name)
    assert name.read_text() == "new" and not finished.exists()


@pytest.fixture(params=[True, False])
def can_exchange(request, monkeypatch):
    """Whether the file system lets folders trade places."""
    if not request.param:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    return request.param


def test_a_folder_is_replaced_on_every_file_system(tmp_path, can_exchange):
    name = _folder(tmp_path / "saved_model", "old")
    publish(_folder(tmp_path / "work/saved_model", "new"), name)
    assert (name / "model.pb").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved_model", "work"]


def test_a_failure_leaves_the_old_folder(tmp_path, can_exchange, monkeypatch):
    name = _folder(tmp_path / "saved_model", "old")
    finished = _folder(tmp_path / "work", "new")
    move = publishing.os.replace

    def fail_on_the_new(source, target):
        if source == finished:
            raise OSError("disk full")
        move(source, target)

    monkeypatch.setattr(publishing.os, "replace", fail_on_the_new)
    if can_exchange:
        monkeypatch.setattr(publishing, "exchange", fail_on_the_new)
    with pytest.raises(OSError, match="disk full"):
        publish(finished, name)
    assert (name / "model.pb").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved_model", "work"]


def _killed(finished, name, moment, can_exchange):
    """Publishes in a process that is killed before a change to the disk."""
    program = f"""
import os, sys
from pathlib import Path
from tf_advseg.export import publishing
seen = []
def hook(event, arguments):
    if event in ("os.rename", "os.remove", "os.rmdir"):
        seen.append(event)
        if len(seen) == {moment}:
            os.kill(os.getpid(), 9)
if not {can_exchange}:
    publishing.exchange = lambda one, other: False
sys.addaudithook(hook)
publishing.publish(Path({str(finished)!r}), Path({str(name)!r}))
"""
    done = subprocess.run([sys.executable, "-c", program])
    assert done.returncode in (0, -9)
    return done.returncode == -9


def test_killed_at_any_moment_the_name_has_one_of_both(tmp_path, can_exchange):
    moment, was_killed = 0, True
    while was_killed:
        moment += 1
        out = tmp_path / str(moment)
        name = _folder(out / "saved_model", "old")
        finished = _folder(out / "work", "new")
        was_killed = _killed(finished, name, moment, can_exchange)
        if not can_exchange:
            publishing.put_back(out)  # As the next command does.
        assert (name / "model.pb").read_text() in ("old", "new")
        assert not list(out.glob(".*"))
    assert moment > 1
