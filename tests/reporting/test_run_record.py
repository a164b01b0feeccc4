"""Reading a run's folder, whole or in parts."""

import json

import pytest
import toy_segmenter

from tf_advseg.base.checks import DataError
from tf_advseg.reporting.run_record import read_run

SELECTION = {"chosen": "snapshots/step_000060_ema.keras", "chosen_by": "fused"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text('{"method": "advent", "seed": 3}')
    toy_segmenter.save_colour_segmenter(tmp_path / "last.keras")
    return tmp_path


def test_a_folder_with_only_settings_and_a_model_is_enough(folder):
    found = read_run(folder)
    assert found.method == "advent"
    assert found.model == folder / "last.keras"
    assert found.step == 1
    assert found.alarms is None
    assert found.problems == ()


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(DataError, match="holds no config"):
        read_run(tmp_path)


def test_the_selected_checkpoint_is_taken(folder):
    chosen = folder / SELECTION["chosen"]
    toy_segmenter.save_colour_segmenter(chosen)
    (folder / "selection.json").write_text(json.dumps(SELECTION))
    assert read_run(folder).model == chosen
    assert read_run(folder).chosen_by == "fused"
    assert read_run(folder, "last").model == folder / "last.keras"


def test_a_selection_that_leads_out_of_the_folder_is_not_followed(folder):
    toy_segmenter.save_colour_segmenter(folder / "in" / "last.keras")
    (folder / "in" / "config.json").write_text("{}")
    (folder / "in" / "selection.json").write_text('{"chosen": "../last.keras"}')
    assert read_run(folder / "in").model == folder / "in" / "last.keras"


def test_broken_files_are_named_and_the_rest_is_read(folder):
    (folder / "alarms.json").write_text('{"alarms": [')
    (folder / "metrics.json").write_text('{"miou": 0.3}')
    (folder / "data.json").write_text("[]")
    (folder / "metrics.csv").write_text("step,name,value\n20,loss,0.5\n")
    found = read_run(folder)
    assert found.curves == {"loss": [(20, 0.5)]}
    assert len(found.problems) == 3
    for name in ("alarms.json", "metrics.json", "data.json"):
        assert any(name in problem for problem in found.problems)


def test_a_run_without_a_model_is_read_too(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    found = read_run(tmp_path)
    assert found.model is None
    assert "last.keras" in found.problems[0]
