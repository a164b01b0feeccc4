"""The ids of tracked runs, in a plain file of the run's folder."""

import pytest
import toy_folders

from tf_advseg.base.checks import DataError
from tf_advseg.tracking import record


@pytest.fixture
def run(tmp_path):
    folder = toy_folders.finished(tmp_path / "run")
    record.write(folder, "mlflow", {"run_id": "a1"})
    record.write(folder, "wandb", {"run_id": "b2", "project": "p"})
    return folder


def test_each_tracker_has_its_own(run):
    assert record.read(run) == {
        "mlflow": {"run_id": "a1"},
        "wandb": {"run_id": "b2", "project": "p"},
    }
    assert record.read(run.parent) == {}


def test_a_model_knows_the_run_that_it_lies_in(run):
    for model in ("", "best.keras", "snapshots/a.keras", "export/saved_model"):
        assert record.run_id_around(run / model, "mlflow") == "a1"
    assert record.run_id_around(run / "best.keras", "wandb") == "b2"


def test_no_other_run_is_taken_for_a_models_own(run, monkeypatch):
    inside = toy_folders.finished(run / "compare_source_only")
    assert record.run_id_around(inside / "best.keras", "mlflow") == ""
    monkeypatch.chdir(run)
    assert record.run_id_around("", "mlflow") == ""


def test_a_damaged_file_says_what_to_do(run):
    (run / record.TRACKING_FILE).write_text("{")
    with pytest.raises(DataError, match="then a new tracked run begins"):
        record.read(run)
