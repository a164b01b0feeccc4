"""run.yaml says all of a run but where it lay."""

import dataclasses

from tf_advseg.base import config_file
from tf_advseg.runs import run_yaml
from tf_advseg.runs.folder import RunFolder
from tf_advseg.settings.train import TrainSettings

FIELDS = {field.name: field for field in dataclasses.fields(TrainSettings)}


def test_a_run_writes_the_file_that_makes_it_again(tmp_path):
    method = 'advent(target_weights={"main": 2e-3, "aux": 0})'
    made = TrainSettings(
        method=method,
        run=str(tmp_path),
        seed=7,
        cache_dir="/here",
        track="mlflow",
        track_to="http://here",
    )
    RunFolder(tmp_path).prepare(made)
    file = tmp_path / run_yaml.RUN_YAML
    values = config_file.read(file, FIELDS)
    again = TrainSettings(**values)
    places = {"run": "", "cache_dir": "", "track_to": ""}
    assert again == dataclasses.replace(made, **places)
    # Whole, so that another version's defaults make the same run.
    assert set(FIELDS) - set(values) == {*places, "resume"}


def test_the_file_depends_on_the_settings_alone(tmp_path):
    settings = TrainSettings(seed=3)
    elsewhere = dataclasses.replace(
        settings, run=str(tmp_path), cache_dir=str(tmp_path), resume=True
    )
    assert run_yaml.text(settings) == run_yaml.text(elsewhere)
    assert str(tmp_path) not in run_yaml.text(elsewhere)
