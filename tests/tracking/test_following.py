"""How a run ends for its trackers, and what they are told of it."""

import json
import subprocess
import sys

import numpy as np
import pytest
import toy_folders
import toy_segmenter
from toy_settings import TINY
from toy_tracker import ToyTracker

from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.result import RunResult
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking import story
from tf_advseg.tracking.following import followed
from tf_advseg.tracking.following import make_trackers


@pytest.fixture
def run(tmp_path):
    return toy_folders.finished(tmp_path / "run")


def settings(run, **changes):
    return TrainSettings(run=str(run), **changes)


def result(run, interrupted=False, stopped=False):
    return RunResult(RunFolder(run), None, None, "", interrupted, stopped)


def follow(run, trackers, body, write=lambda text: None, **changes):
    with followed(settings(run, **changes), trackers, dict, write) as follower:
        body(follower)


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ({}, "FINISHED"),
        ({"interrupted": True}, "KILLED"),
        ({"stopped": True}, "FAILED"),
    ],
)
def test_a_run_ends_as_its_result_says(run, how, state):
    toy = ToyTracker()
    follow(run, [toy], lambda follower: follower.judge(result(run, **how)))
    assert toy.state == state


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ArithmeticError, "FAILED"),
        (Interrupted, "KILLED"),
        (KeyboardInterrupt, "KILLED"),
    ],
)
def test_what_ends_a_run_passes_and_is_known(run, error, state):
    toy = ToyTracker()

    def fail(follower):
        raise error

    with pytest.raises(error):
        follow(run, [toy], fail)
    assert toy.state == state


def test_a_tracker_that_refuses_ends_the_others_runs(run):
    toy = ToyTracker()
    with pytest.raises(ValueError, match="Toy refuses"):
        follow(run, [toy, ToyTracker(refuses=True)], lambda follower: None)
    assert toy.state == "FAILED"


def test_numbers_and_pictures_go_to_all(run):
    toys = [ToyTracker(), ToyTracker()]
    picture = {"predictions": np.zeros((4, 6, 3), np.uint8)}
    made = settings(run)
    with followed(made, toys, lambda: picture, lambda text: None) as follower:
        follower.on_train_batch_end(20, {"loss": 1.5})
        follower.on_train_batch_end(21, {})
        follower.on_evaluation(40, {"miou/target": 3.0})
        follower.write(40, {"miou/target": 3.0})
    for toy in toys:
        assert toy.got[:2] == [(20, "loss", 1.5), (40, "miou/target", 3.0)]
        assert toy.pictures == [(40, "predictions", (4, 6, 3))]


def test_the_end_has_ious_with_class_names_and_files(run):
    (run / "run.yaml").write_text("steps: 4")
    toy_folders.write(run / "pictures/predictions.png", b"PNG")
    toy = ToyTracker()
    follow(run, [toy], lambda follower: None)
    assert toy.got == [
        (600, "miou", 37.5),
        (600, "iou/road", 50.0),
        (600, "iou/car", 25.0),
        (600, "miou_last", 30.0),
        (600, "iou_last/road", 50.0),
        (600, "iou_last/car", 25.0),
    ]
    assert toy.files == [("run.yaml", ""), ("predictions.png", "pictures")]


def test_models_go_only_if_asked_for(run):
    toy = ToyTracker()
    follow(run, [toy], lambda f: None, track="wandb", track_models=True)
    models = [("best.keras", "models"), ("last.keras", "models")]
    assert toy.files == models


def test_the_story_has_versions_data_and_parents(run, tmp_path):
    parent = tmp_path / "parent"
    parent.mkdir()
    toy_segmenter.save_colour_segmenter(parent / "best.keras")
    (run / "start.keras").write_bytes((parent / "best.keras").read_bytes())
    found = story.story_of(settings(run, start=str(parent)))
    assert found.tags["tf_advseg.version"] == "0.1.0"
    assert found.tags["tf_advseg.commit"] == "0123456789ab"
    assert found.tags["tf_advseg.data.source"] == "aa"
    assert found.tags["tf_advseg.data.target"] == "bb"
    assert found.tags["tf_advseg.started_from"] == str(parent)
    assert len(found.tags["tf_advseg.started_from.sha256"]) == 64
    assert found.parent == str(parent)
    assert found.settings["steps"] == 600
    assert "resume" not in found.settings
    assert found.logged == []


def test_a_run_that_is_gone_on_with_tells_what_it_logged(run):
    rows = story.story_of(settings(run, resume=True)).logged
    assert [(n.step, n.name) for n in rows] == [
        (1, "loss"),
        (100, "loss"),
        (200, "loss"),
    ]


def test_what_was_not_sent_is_said_with_the_way_to_send_it(run):
    toy, told = ToyTracker(), []

    def lose(follower):
        toy.is_away = True
        follower.write(1, {"loss": 1.0})

    follow(run, [toy], lose, told.append)
    assert told[-1] == (
        f"Toy did not get: 7 numbers, the state FINISHED. It is all in {run}; "
        f"the same command with --run={run} --resume sends it."
    )


def test_nothing_of_trackers_is_imported_unless_asked_for():
    assert make_trackers(TINY) == []
    code = (
        "import json, sys\n"
        "from tf_advseg import cli\n"
        "cli.main(['train', '--help'])\n"
        "heavy = {'mlflow', 'wandb', 'tensorflow', 'keras'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "--track_to" in done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == []
