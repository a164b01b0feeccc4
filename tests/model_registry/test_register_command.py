"""`tf_advseg register`: what is refused before anything is loaded."""

import importlib.util
import subprocess
import sys

import pytest

from tf_advseg import cli


@pytest.fixture
def model(tmp_path):
    file = tmp_path / "model.keras"
    file.touch()
    return f"--model={file}"


def refused(capfd, *words):
    assert cli.main(["register", *words]) == 1
    return capfd.readouterr().err


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("--name=a/b", "error: --name: a model's name has no '/'"),
        ("--alias=v3", "error: --alias: an alias is letters, digits"),
        ("--alias=the best", "error: --alias: an alias is letters, digits"),
        ("--registry=http://me:secret@host", "set MLFLOW_TRACKING_USERNAME"),
        ("--model=gone", "error: There is no model 'gone'"),
        ("--name=", "error: Say what to register, and as what"),
    ],
)
def test_what_cannot_be_is_one_sentence(capfd, model, flag, sentence):
    told = refused(capfd, model, "--name=streets", flag)
    assert sentence in told
    assert "secret" not in told
    assert told.count("\n") == 1


def test_without_the_package_the_extra_is_named(capfd, model, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    told = refused(capfd, model, "--name=streets")
    assert told == (
        "error: The package mlflow is not installed: pip install "
        "'tf-advseg[mlflow]'.\n"
    )


@pytest.mark.slow
def test_mlflow_is_told_to_be_quiet_before_it_is_imported():
    code = (
        "import sys\n"
        "import tf_advseg.commands.register\n"
        "import tf_advseg.commands.train\n"
        "found = {'mlflow', 'wandb'} & set(sys.modules)\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
