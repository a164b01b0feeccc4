"""`tf_advseg train --track=mlflow,wandb`: fails, goes on, ends."""

import dataclasses

import mlflow
import pytest
import wandb_files
from mlflow_servers import mlflow_server
from toy_settings import TINY

from tf_advseg.commands import train as training_command
from tf_advseg.experiment.runner import Run
from tf_advseg.tracking import record

pytestmark = pytest.mark.slow


def test_a_run_that_fails_goes_on_and_is_told_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.delenv("WANDB_DIR", raising=False)
    run, lines = tmp_path / "run", []

    def train(**changes):
        settings = dataclasses.replace(
            TINY,
            run=str(run),
            track="mlflow,wandb",
            track_to=server,
            track_models=True,
            snapshots=4,
            **changes,
        )
        return training_command.run(settings, lines.append)

    def told():
        client = mlflow.MlflowClient(server, server)
        run_id = record.read(run)["mlflow"]["run_id"]
        return client, client.get_run(run_id)

    def fails(self, step):
        if step == 3:
            raise ArithmeticError("a made-up fault")
        return score(self, step)

    score = Run.score_moment
    with mlflow_server(tmp_path / "server") as server:
        with monkeypatch.context() as patched:
            patched.setattr(Run, "score_moment", fails)
            with pytest.raises(ArithmeticError):
                train()
        _, failed = told()
        assert failed.info.status == "FAILED"
        assert not wandb_files.offline_runs(run)[0].is_symlink()
        assert train(resume=True) == 0
        client, found = told()
        assert found.info.run_id == failed.info.run_id
        assert found.info.status == "FINISHED"
        run_id = found.info.run_id
        for name in ("loss", "health/entropy/target", "miou/target"):
            history = client.get_metric_history(run_id, name)
            wanted = [4] if name == "miou/target" else [2, 4]
            assert [metric.step for metric in history] == wanted, name
        history = client.get_metric_history(run_id, "selection/flip_agreement")
        assert [metric.step for metric in history] == [1, 2, 3, 4]
        assert {"iou/road", "iou_last/road", "miou"} <= set(found.data.metrics)
        assert found.data.params["steps"] == "4"
        names = {
            file.path
            for folder in (None, "pictures", "models")
            for file in client.list_artifacts(run_id, folder)
        }
        assert {
            "run.yaml",
            "pictures/predictions.png",
            "pictures/comparison.png",
            "models/best.keras",
            "models/last.keras",
        } <= names
        assert any(
            "predictions" in file.path
            for file in client.list_artifacts(run_id, "images")
        )
    first, second = wandb_files.offline_runs(run)
    assert wandb_files.exit_code(first) == 1
    assert wandb_files.exit_code(second) == 0
    rows = wandb_files.history(second)
    assert [r["train_step"] for r in rows if "loss" in r][-1] == 4
    assert any("iou/road" in row for row in rows)
