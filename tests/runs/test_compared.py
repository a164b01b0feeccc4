"""A finished run of the same settings is found and used again."""

import json
import shutil

import pytest
import toy_runs

from tf_advseg.runs import compared
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings


@pytest.fixture
def runs(tmp_path):
    """runs/A with its comparison; returns the folder runs/."""
    folder = toy_runs.write_run(
        tmp_path / "A" / "compare_source_only", "source_only", "s", "t"
    )
    shutil.copy(folder / "last.keras", folder / "best.keras")
    (folder / "data.json").write_text(json.dumps(DATA))
    (folder / "finished.json").write_text('{"step": 1}')
    return tmp_path


DATA = {"format": 1, "source": {"id": "0123456789ab"}}


def find(settings, data=DATA):
    return compared.find_finished(settings, lambda: data)


def wanted(runs, **changes):
    own = {
        "method": "source_only",
        "source": "s",
        "target": "t",
        "steps": 1,
        "run": str(runs / "B" / "compare_source_only"),
    }
    return TrainSettings(**PLAIN | own | changes)


def test_the_comparison_of_another_run_is_found(runs):
    found = find(wanted(runs))
    assert found == runs / "A" / "compare_source_only"


def test_a_run_that_was_killed_before_its_last_file_is_not_finished(runs):
    folder = runs / "A" / "compare_source_only"
    (folder / "finished.json").unlink()
    assert find(wanted(runs)) is None
    (folder / "metrics.json").write_text("{}")  # The last one of older runs.
    assert find(wanted(runs)) == folder


def test_what_does_not_decide_the_result_may_differ(runs):
    assert find(wanted(runs, log_every=7, report="true"))


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 1},
        {"steps": 2},
        {"source": "u"},
        {"learning_rate": 2e-3},
        {"select": "last"},
    ],
)
def test_other_settings_need_another_run(runs, changes):
    assert find(wanted(runs, **changes)) is None


@pytest.mark.parametrize("file", ["last.keras", "best.keras"])
def test_an_unfinished_run_is_not_used(runs, file):
    (runs / "A" / "compare_source_only" / file).unlink()
    assert find(wanted(runs)) is None


def test_a_run_of_another_version_is_not_used(runs):
    file = runs / "A" / "compare_source_only" / "environment.json"
    file.write_text(json.dumps({"tf_advseg": "0.0.1"}))
    assert find(wanted(runs)) is None


@pytest.mark.parametrize("data", [{"format": 1}, {**DATA, "eval": None}])
def test_a_run_on_other_data_is_not_used(runs, data):
    assert find(wanted(runs), data) is None


def test_a_run_that_recorded_no_data_is_not_used(runs):
    (runs / "A" / "compare_source_only" / "data.json").unlink()
    assert find(wanted(runs)) is None


def test_the_note_survives_moving_both_runs(runs):
    theirs = runs / "A" / "compare_source_only"
    (runs / "B").mkdir()
    compared.write_compared_with(runs / "B", "source_only", theirs)
    moved = runs.rename(runs.parent / "elsewhere")
    found = compared.read_compared_with(moved / "B", "source_only")
    assert found == moved / "A" / "compare_source_only"
    assert compared.read_compared_with(moved / "A", "source_only") is None
