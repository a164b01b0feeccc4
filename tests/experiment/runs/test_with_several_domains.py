"""Training with several sources and targets, as a command."""

import dataclasses
import json

import numpy as np
import pytest
from toy_settings import SAME_BITS
from toy_settings import TINY

from tf_advseg.commands import evaluate as evaluate_command
from tf_advseg.commands import report as report_command
from tf_advseg.commands import select as select_command
from tf_advseg.commands import train as training_command
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.listing import table
from tf_advseg.settings.evaluate import EvaluateSettings
from tf_advseg.settings.report import ReportSettings
from tf_advseg.settings.select import SelectSettings

pytestmark = pytest.mark.slow

SIM = "streets-sim(size=(32, 64), train=4, val=2)"
OTHER_SIM = "streets-sim(size=(48, 64), train=5, val=3, seed=7)"
DAY = "streets-real(size=(32, 64), train=4, val=2)"
NIGHT = "streets-real(size=(32, 64), train=3, val=3, seed=9)"
MANY = dataclasses.replace(
    TINY,
    source=f"{SIM},{OTHER_SIM}:0.25",
    target=f"{DAY},{NIGHT}",
    rare_class_temperature=0.1,
    snapshots=2,
)


def trained(folder, **changes):
    settings = dataclasses.replace(MANY, run=str(folder), **changes)
    lines = []
    assert training_command.run(settings, lines.append) == 0
    weights = load_segmenter(folder / "last.keras")[0].get_weights()
    return weights, lines


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    _, lines = trained(folder, compare="source_only", method="advent")
    return folder, lines


def test_a_run_goes_on_bit_by_bit(tmp_path):
    bits = {**SAME_BITS, "select": "last", "snapshots": 0}
    bits |= {"method": "source_only", "checkpoint_every": 1}
    whole, _ = trained(tmp_path / "whole", steps=2, **bits)
    half = tmp_path / "half"
    # Killed after one of two steps: the checkpoint is there, no end is.
    trained(half, steps=1, schedule_steps=2, **bits)
    (half / "finished.json").unlink()
    config = json.loads((half / "config.json").read_text())
    config |= {"steps": 2, "schedule_steps": 0}
    (half / "config.json").write_text(json.dumps(config))
    resumed, _ = trained(half, steps=2, resume=True, **bits)
    for one, other in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_each_source_and_each_share_reaches_the_model(tmp_path):
    short = {"select": "last", "snapshots": 0, "method": "source_only"}
    sources = [SIM, f"{SIM},{OTHER_SIM}", f"{SIM},{OTHER_SIM}:0.75"]
    found = [
        trained(tmp_path / str(i), source=source, steps=2, **short)[0]
        for i, source in enumerate(sources)
    ]
    for one, other in [(0, 1), (0, 2), (1, 2)]:
        pairs = zip(found[one], found[other], strict=True)
        # More than the last bit, in which two runs of one may differ.
        assert any(np.abs(a - b).max() > 1e-4 for a, b in pairs)


def test_each_target_has_a_score_and_all_together_one(run):
    folder, lines = run
    for name in ("metrics.json", "metrics_best.json"):
        found = json.loads((folder / name).read_text())
        parts = found["domains"]
        assert list(parts) == ["streets-real", "streets-real-2"]
        assert [part["num_images"] for part in parts.values()] == [2, 3]
        confusions = [part["confusion"] for part in parts.values()]
        np.testing.assert_array_equal(
            np.sum(confusions, axis=0), found["confusion"]
        )
    curves = (folder / "metrics.csv").read_text()
    assert "miou/target.streets-real-2," in curves
    assert "mIoU streets-real-2" in (folder / "comparison.txt").read_text()
    assert "streets-real-2" in (folder / "iou.txt").read_text()
    assert any("miou/advent/streets-real-2=" in line for line in lines)


def test_every_domain_is_named_where_the_run_is_told_of(run):
    folder, _ = run
    data = json.loads((folder / "data.json").read_text())
    for role, numbers in {
        "source": [4, 5],
        "target": [4, 3],
        "eval": [2, 3],
    }.items():
        parts = data[role]["domains"]
        assert [part["num_images"] for part in parts] == numbers
        assert data[role]["num_images"] == sum(numbers)
        for part in parts:
            assert (folder / f"manifests/{part['id']}.json").is_file()
    facts = read_metadata(folder / "last.keras")
    assert facts["source"] == "streets-sim + streets-sim-2"
    assert facts["data"] == data
    assert "streets-sim + streets-sim:0.25" in table([read_facts(folder)], [])
    assert OTHER_SIM in (folder / "run.yaml").read_text()


def test_a_part_s_id_can_be_expected_and_other_data_are_refused(run, tmp_path):
    folder, _ = run
    data = json.loads((folder / "data.json").read_text())
    expected = data["source"]["domains"][1]["id"]
    trained(tmp_path / "same", expect_data=expected, steps=1, snapshots=0)
    with pytest.raises(ValueError, match="not what was expected"):
        trained(tmp_path / "other", expect_data=expected, source=SIM, steps=1)


def test_the_report_has_a_row_for_each_target(run, tmp_path):
    folder, _ = run
    out = tmp_path / "report.html"
    settings = ReportSettings(out=str(out), draws=100)
    assert report_command.run([str(folder)], settings, lambda line: None) == 0
    page = out.read_text()
    section = page[page.index('id="targets"') :]
    section = section[: section.index("</section>")]
    for name in ("streets-real", "streets-real-2", "all of them"):
        assert f"<td>{name}</td>" in section
    measured = json.loads((folder / "metrics_best.json").read_text())
    for miou in [p["miou"] for p in measured["domains"].values()]:
        assert f"{100 * miou:.1f}</td>" in section


def test_evaluation_and_selection_look_at_all_targets(run, tmp_path):
    folder, _ = run
    lines = []
    settings = EvaluateSettings(
        model=str(folder), target=MANY.target, out=str(tmp_path)
    )
    assert evaluate_command.run(settings, lines.append) == 0
    found = json.loads((tmp_path / "evaluation.json").read_text())
    recorded = json.loads((folder / "metrics_best.json").read_text())
    assert found["domains"] == recorded["domains"]
    assert any("miou/streets-real-2=" in line for line in lines)
    chosen = SelectSettings(out=str(tmp_path / "selected"))
    assert select_command.run([str(folder)], chosen, lines.append) == 0


def test_a_target_without_labels_has_its_entropy(run, tmp_path, monkeypatch):
    folder, _ = run
    lines = []
    monkeypatch.setattr(
        "tf_advseg.datasets.StreetsDomain.has_labels", lambda *_: False
    )
    settings = EvaluateSettings(model=str(folder), target=MANY.target)
    assert evaluate_command.run(settings, lines.append) == 0
    assert any(line.startswith("of streets-real-2: ") for line in lines)


def test_easy_and_hard_images_are_of_all_targets(run, tmp_path):
    folder, _ = run
    _, lines = trained(
        tmp_path / "intrada",
        method="intrada",
        start=str(folder),
        rare_class_temperature=0.0,
        steps=1,
        snapshots=0,
    )
    assert any("Ranked 7 target images" in line for line in lines)
    assert any("whatever --target's shares" in line for line in lines)
