"""An offline run of W&B, read back."""

import json

import numpy as np
import pytest
import toy_folders
import wandb_files

from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking import record
from tf_advseg.tracking.patience import PatientTracker
from tf_advseg.tracking.story import story_of
from tf_advseg.tracking.wandb_tracker import WandbTracker

pytestmark = pytest.mark.slow  # Its service takes seconds to start.
PICTURE = np.full((4, 6, 3), 7, np.uint8)


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    for name in ("WANDB_DIR", "WANDB_PROJECT", "WANDB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    yield
    # It would hold later tests to the mode and the server of this one.
    wandb_files.forget()


def begun(run, told, **changes):
    settings = TrainSettings(run=str(run), track="wandb", **changes)
    patient = PatientTracker(WandbTracker(settings), told.append)
    patient.begin(story_of(settings))
    return patient


def test_all_of_a_run_is_in_its_folder(tmp_path):
    run, told = toy_folders.finished(tmp_path / "run"), []
    tracker = begun(run, told, steps=77, track_project="streets")
    tracker.numbers(20, {"loss": 1.5, "iou/road": 50.0})
    tracker.picture(20, "predictions", PICTURE)
    tracker.numbers(10, {"loss": 2.0})  # After a roll-back.
    assert tracker.end("FINISHED", [(run / "metrics.json", "pictures")]) == ""

    (offline,) = wandb_files.offline_runs(run)
    known = json.loads((run / "tracking.json").read_text())["wandb"]
    assert known["project"] == "streets"
    assert offline.name.endswith(known["run_id"])
    assert told == [f"W&B: run {known['run_id']}, {offline}."]
    config = wandb_files.config(offline)
    assert config["steps"] == 77
    assert config["tf_advseg.data.target"] == "bb"
    rows = wandb_files.history(offline)
    assert [row["train_step"] for row in rows] == [20, 20, 10]
    assert (rows[0]["loss"], rows[0]["iou/road"]) == (1.5, 50.0)
    assert rows[2]["loss"] == 2.0
    assert len(list(offline.glob("files/media/images/predictions_*.png"))) == 1
    copy = offline / "files/pictures/metrics.json"
    assert copy.read_bytes() == (run / "metrics.json").read_bytes()
    assert not copy.is_symlink()
    assert wandb_files.exit_code(offline) == 0


@pytest.mark.parametrize(("state", "code"), [("FAILED", 1), ("KILLED", 255)])
def test_how_it_ended_is_known(tmp_path, state, code):
    run = toy_folders.unfinished(tmp_path / "run")
    begun(run, []).end(state, [])
    (offline,) = wandb_files.offline_runs(run)
    assert wandb_files.exit_code(offline) == code


def test_a_run_goes_on_under_its_id_after_what_it_has(tmp_path):
    run = toy_folders.unfinished(tmp_path / "run")
    first = begun(run, [])
    for step in (1, 100, 200):
        first.numbers(step, {"loss": 1.0})
    first.end("KILLED", [])
    before = record.read(run)
    second = begun(run, [], resume=True)
    second.numbers(220, {"loss": 0.5})
    second.end("FINISHED", [])
    assert record.read(run) == before
    one, other = wandb_files.offline_runs(run)
    # offline-run-TIME-ID, with -1 behind it for a second one of that second.
    ids = [folder.name.split("-")[3] for folder in (one, other)]
    assert ids == [before["wandb"]["run_id"]] * 2
    rows = wandb_files.history(one) + wandb_files.history(other)
    assert [row["train_step"] for row in rows] == [1, 100, 200, 220]
    steps = [row["_step"] for row in rows]
    assert steps == sorted(set(steps))


def test_a_server_that_is_away_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "online")
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    monkeypatch.setenv("WANDB_INIT_TIMEOUT", "3")
    run = toy_folders.unfinished(tmp_path / "run")
    with pytest.raises(ValueError, match="connection refused") as error:
        begun(run, [])
    assert str(error.value).startswith("W&B cannot begin a run: ")
    assert "WANDB_MODE=offline" in str(error.value)
    assert not (run / "tracking.json").exists()
