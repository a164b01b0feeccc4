"""Artefacts get their names at once, and old ones stay until then."""

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


def test_a_failure_leaves_the_old_folder(tmp_path, monkeypatch):
    name = _folder(tmp_path / "saved_model", "old")
    finished = _folder(tmp_path / "work", "new")
    move = publishing.os.replace

    def fail_on_the_new(source, target):
        if source == finished:
            raise OSError("disk full")
        move(source, target)

    monkeypatch.setattr(publishing.os, "replace", fail_on_the_new)
    with pytest.raises(OSError, match="disk full"):
        publish(finished, name)
    assert (name / "model.pb").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved_model", "work"]
