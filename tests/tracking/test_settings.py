"""What `--track` refuses, before anything is trained."""

import dataclasses
import importlib.util

import pytest
from mlflow_servers import free_port
from toy_settings import TINY

from tf_advseg import cli
from tf_advseg.commands import train as training_command
from tf_advseg.runs import run_yaml
from tf_advseg.settings.parts.places import parse_trackers
from tf_advseg.settings.train import TrainSettings


def test_trackers_are_names_separated_by_commas():
    assert parse_trackers("") == ()
    assert parse_trackers("mlflow") == ("mlflow",)
    assert parse_trackers("wandb, mlflow,wandb") == ("wandb", "mlflow")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--track=mlfow"], "Unknown tracker 'mlfow'. Did you mean 'mlflow'?"),
        (["--track=wandb", "--track_to=http://h"], "give --track=mlflow"),
        (
            ["--track=mlflow", "--track_to=http://me:secret@h"],
            "set MLFLOW_TRACKING_USERNAME",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(capfd, flags, sentence):
    assert cli.main(["train", *flags]) == 1
    told = capfd.readouterr().err
    assert sentence in told
    assert "secret" not in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("name", ["mlflow", "wandb"])
def test_without_the_package_the_extra_is_named(capfd, monkeypatch, name):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main(["train", f"--track={name}"]) == 1
    assert capfd.readouterr().err == (
        f"error: The package {name} is not installed: pip install "
        f"'tf-advseg[{name}]'.\n"
    )


def test_a_server_that_is_away_is_told_before_training(tmp_path):
    address = f"http://127.0.0.1:{free_port()}"
    settings = dataclasses.replace(
        TINY, run=str(tmp_path / "run"), track="mlflow", track_to=address
    )
    with pytest.raises(ValueError) as error:
        training_command.run(settings, lambda text: None)
    assert str(error.value) == (
        f"MLflow at {address}: [Errno 111] Connection refused. Is it there, "
        "and do its credentials fit?"
    )
    assert not (tmp_path / "run").exists()


def test_a_runs_file_makes_a_tracked_run_again_but_names_no_address():
    text = run_yaml.text(TrainSettings(track="mlflow", track_to="http://h"))
    assert "track: mlflow\n" in text
    assert "track_to" not in text
