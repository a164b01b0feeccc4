"""A run in a real MLflow server, asked by MLflow's own client."""

import math

import mlflow
import numpy as np
import pytest
import toy_folders
import toy_segmenter
from mlflow_servers import free_port
from mlflow_servers import mlflow_server

from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking import record
from tf_advseg.tracking.mlflow_tracker import MLflowTracker
from tf_advseg.tracking.patience import PatientTracker
from tf_advseg.tracking.story import story_of

pytestmark = pytest.mark.slow  # A server takes 10 seconds to start.
PICTURE = np.full((4, 6, 3), 7, np.uint8)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mlflow_server(tmp_path_factory.mktemp("server")) as uri:
        yield uri


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def begun(run, server, told=None, clock=lambda: 0.0, **changes):
    settings = TrainSettings(
        run=str(run), track="mlflow", track_to=server, **changes
    )
    write = [].append if told is None else told.append
    patient = PatientTracker(MLflowTracker(settings), write, clock)
    patient.begin(story_of(settings))
    return patient


def asked(run, server):
    client = mlflow.MlflowClient(server, server)
    run_id = record.read(run)["mlflow"]["run_id"]
    return client, client.get_run(run_id)


def steps(client, found, name):
    history = client.get_metric_history(found.info.run_id, name)
    return [(metric.step, metric.value) for metric in history]


def test_all_of_a_run_is_told(tmp_path, server):
    run, told = toy_folders.finished(tmp_path / "monday"), []
    long = "streets-real" + " " * 6000
    tracker = begun(
        run, server, told, steps=77, target=long, track_project="streets"
    )
    tracker.numbers(20, {"loss": 1.5, "iou/Straße (left)/../.": 50.0})
    tracker.numbers(40, {"loss": math.nan, "iou/a+b": 1.0, "iou/a(b": 2.0})
    tracker.picture(40, "predictions", PICTURE)
    assert tracker.end("FINISHED", [(run / "metrics.json", "pictures")]) == ""

    client, found = asked(run, server)
    assert found.info.run_name == "monday"
    assert found.info.status == "FINISHED"
    experiment = client.get_experiment(found.info.experiment_id)
    assert experiment.name == "streets"
    assert found.data.params["steps"] == "77"
    assert found.data.params["target"] == long[:6000]
    assert found.data.tags["tf_advseg.cut"] == "target"
    assert told == [
        f"MLflow: run {found.info.run_id} at {server}.",
        "MLflow takes 6000 letters of a setting: of target it has the first "
        "ones; run.yaml has all.",
    ]
    assert found.data.tags["tf_advseg.data.target"] == "bb"
    assert found.data.tags["tf_advseg.commit"] == "0123456789ab"
    (first, second) = steps(client, found, "loss")
    assert first == (20, 1.5)
    assert second[0] == 40 and math.isnan(second[1])
    assert found.data.metrics["iou/Straße _left_/_/_"] == 50.0
    assert found.data.metrics["iou/a_b"] == 1.0
    assert found.data.metrics["iou/a_b_2"] == 2.0
    files = client.list_artifacts(found.info.run_id, "pictures")
    assert [file.path for file in files] == ["pictures/metrics.json"]
    images = client.list_artifacts(found.info.run_id, "images")
    assert any("predictions" in i.path and "step+40" in i.path for i in images)


def test_a_run_goes_on_and_nothing_is_there_twice(tmp_path, server):
    run = toy_folders.unfinished(tmp_path / "run")
    first = begun(run, server, log_every=20)
    first.numbers(1, {"loss": 2.0})
    first.numbers(100, {"loss": math.nan})
    first.end("KILLED", [])
    client, found = asked(run, server)
    assert found.info.status == "KILLED"

    # Of its rows, those of steps 1, 100 and 200, the last was not sent.
    second = begun(run, server, resume=True, log_every=5)
    assert asked(run, server)[1].info.status == "RUNNING"
    second.numbers(200, {"loss": 1.0})  # Made again, alike.
    second.numbers(220, {"loss": 0.5})
    second.numbers(220, {"loss": 0.25})  # After a roll-back.
    second.end("FINISHED", [])
    client, again = asked(run, server)
    assert again.info.run_id == found.info.run_id
    assert again.info.status == "FINISHED"
    history = steps(client, again, "loss")
    assert [step for step, _ in history] == [1, 100, 200, 220, 220]
    assert again.data.params["log_every"] == "20"
    assert again.data.tags["tf_advseg.now.log_every"] == "5"


def test_who_started_from_a_tracked_run_is_its_child(tmp_path, server):
    parent = toy_folders.unfinished(tmp_path / "parent")
    toy_segmenter.save_colour_segmenter(parent / "best.keras")
    begun(parent, server).end("FAILED", [])
    _, above = asked(parent, server)
    assert above.info.status == "FAILED"
    child = toy_folders.unfinished(tmp_path / "child", start=str(parent))
    (child / "start.keras").write_bytes((parent / "best.keras").read_bytes())
    begun(child, server, start=str(parent)).end("FINISHED", [])
    _, below = asked(child, server)
    assert below.data.tags["mlflow.parentRunId"] == above.info.run_id
    assert below.data.tags["tf_advseg.started_from"] == str(parent)

    # A parent of another server is told as far as it is known.
    record.write(parent, "mlflow", {"run_id": "0" * 32})
    other = toy_folders.unfinished(tmp_path / "other", start=str(parent))
    begun(other, server, start=str(parent)).end("FINISHED", [])
    assert "mlflow.parentRunId" not in asked(other, server)[1].data.tags


def test_a_run_that_is_gone_from_the_server_is_refused(tmp_path, server):
    run = toy_folders.unfinished(tmp_path / "run")
    begun(run, server).end("KILLED", [])
    client, found = asked(run, server)
    client.delete_run(found.info.run_id)
    with pytest.raises(ValueError, match="was deleted there") as error:
        begun(run, server, resume=True)
    assert str(run / "tracking.json") in str(error.value)
    record.write(run, "mlflow", {"run_id": "0" * 32})
    with pytest.raises(ValueError, match="which is not at"):
        begun(run, server, resume=True)


def test_what_a_server_missed_while_it_was_away_comes_later(tmp_path):
    port, now, told = free_port(), [0.0], []
    run = toy_folders.unfinished(tmp_path / "run")
    with mlflow_server(tmp_path / "server", port) as uri:
        tracker = begun(run, uri, told, lambda: now[0])
        tracker.numbers(1, {"loss": 3.0})
    tracker.numbers(2, {"loss": 2.0})
    tracker.numbers(3, {"loss": 1.0})
    assert len(told) == 2 and "WARNING: MLflow cannot be told" in told[1]
    with mlflow_server(tmp_path / "server", port):
        now[0] = 3600.0
        tracker.numbers(4, {"loss": 0.0})
        assert tracker.end("FINISHED", []) == ""
        client, found = asked(run, uri)
        assert [s for s, _ in steps(client, found, "loss")] == [1, 2, 3, 4]
        assert found.info.status == "FINISHED"
