"""`tf_advseg select`, on a run that was really trained."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from tf_advseg.commands import select as selection_command
from tf_advseg.commands import train as training_command
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.select import SelectSettings
from tf_advseg.settings.train import TrainSettings

TINY = TrainSettings(
    **PLAIN
    | {
        "method": "source_only",
        "source": "streets-sim(size=(32, 64), train=4, val=2)",
        "target": "streets-real(size=(32, 64), train=4, val=2)",
        "source_size": "32x64",
        "target_size": "32x64",
        "weights": "none",
        "steps": 3,
        "snapshots": 3,
        "compare": "none",
    }
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    settings = dataclasses.replace(TINY, run=str(folder))
    assert training_command.run(settings, lambda text: None) == 0
    return folder


def select(folder, out, **settings):
    lines = []
    settings = SelectSettings(out=str(out), **settings)
    assert selection_command.run([str(folder)], settings, lines.append) == 0
    record = json.loads((out / "selection.json").read_text())
    return record, "\n".join(lines)


@pytest.mark.slow
def test_training_ends_with_a_choice(trained):
    record = json.loads((trained / "selection.json").read_text())
    assert record["chosen_by"] == "fused label-free score"
    facts = read_metadata(trained)  # Of what evaluate and predict take.
    assert facts["chosen_by"] == record["chosen_by"]
    assert facts["chosen_from"] == record["chosen"]
    chosen = load_segmenter(trained / record["chosen"])[0].get_weights()
    best = load_segmenter(trained)[0].get_weights()
    for one, other in zip(chosen, best, strict=True):
        np.testing.assert_array_equal(one, other)
    kinds = [c["weights"] for c in record["candidates"]]
    assert kinds == ["raw", "ema"] * 3 + ["mean_of_last_3"]


@pytest.mark.slow
def test_command_chooses_as_training_did_and_knows_the_regret(
    trained, tmp_path
):
    record, report = select(trained, tmp_path / "out")
    before = json.loads((trained / "selection.json").read_text())
    assert record["chosen"] == before["chosen"]
    for one, other in zip(
        record["candidates"], before["candidates"], strict=True
    ):
        assert one["file"] == other["file"]
        # The command computes what a run's own choice does not need, too.
        known = {k: v for k, v in one["scores"].items() if k in other["scores"]}
        assert known == pytest.approx(other["scores"], abs=1e-5)
        more = {"scale_agreement", "photometric_agreement"}
        assert set(one["scores"]) - set(known) == more
    assert before["regret"] is None  # Training looks at no label.
    mious = [c["miou"] for c in record["candidates"]]
    assert record["regret"] >= 0
    assert record["last_regret"] == pytest.approx(100 * (max(mious) - mious[4]))
    assert "tf_advseg_metric regret/run=" in report
    assert "->" in report


@pytest.mark.slow
def test_oracle_has_no_regret_and_says_what_it_is(trained, tmp_path):
    record, _ = select(trained, tmp_path, by="labels")
    assert record["regret"] == 0
    assert "oracle" in record["chosen_by"]
    assert "oracle" in read_metadata(tmp_path / "best.keras")["chosen_by"]


@pytest.mark.slow
def test_labels_are_not_read_where_they_are_not_wanted(trained, tmp_path):
    record, report = select(trained, tmp_path, labels=False, by="last")
    assert record["regret"] is None
    assert record["chosen"] == "snapshots/step_000003.keras"
    assert "mIoU" not in report


@pytest.mark.slow
def test_labels_that_are_asked_for_but_missing_are_named(trained, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(trained, run)
    config = json.loads((run / "config.json").read_text())
    config["eval_split"] = "nights"
    (run / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="needs labels in split 'nights'"):
        select(run, tmp_path / "out", by="labels")


def test_a_folder_that_is_no_run_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"no folder of a training run"):
        select(tmp_path, tmp_path)


def test_a_run_without_snapshots_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="Train with --snapshots=10"):
        select(tmp_path, tmp_path)


def test_no_run_at_all_is_named():
    with pytest.raises(ValueError, match="Say which run"):
        selection_command.run([], SelectSettings())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"by": "fuse"}, "Did you mean 'fused'"),
        ({"select_images": 0}, "--select_images must be at least 1"),
    ],
)
def test_settings_out_of_range_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        SelectSettings(**changes)
