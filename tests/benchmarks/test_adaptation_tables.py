"""The arithmetic of docs/results.md, and what its tables say is missing."""

import pytest

from benchmarks.adaptation import ablation
from benchmarks.adaptation import document
from benchmarks.adaptation import figures
from benchmarks.adaptation import recipes
from benchmarks.adaptation.figures import BEST
from benchmarks.adaptation.figures import CHOSEN
from benchmarks.adaptation.figures import LAST
from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.records import Record
from tf_advseg.base import fields
from tf_advseg.settings.train import TrainSettings

SETTINGS = {
    name: getattr(TrainSettings(), name)
    for name in fields.names_deciding(TrainSettings, "weights")
}


def run(last, chosen, best, pole=None):
    """Figures of a run of two classes, from points (0-100)."""
    iou = {"road": chosen / 100, "pole": pole and pole / 100}
    return {
        "last": {"miou": last / 100, "iou": iou},
        "chosen": {"miou": chosen / 100, "iou": iou},
        "candidates": [{"miou": last / 100}, {"miou": best / 100}],
    }


SOURCE = {0: run(40, 42, 43, 10), 1: run(44, 46, 46, 20)}
ADVENT = {0: run(43, 44, 45), 1: run(45, 49, 49, 30), 2: run(50, 50, 50)}
ORACLE = {0: run(60, 62, 62), 1: run(64, 66, 66)}


def record(tmp_path, runs, **settings):
    found = Record(tmp_path / "streets.json")
    for name, seeds in runs.items():
        for seed, one in seeds.items():
            flags = {"method": name}
            experiment = Experiment("streets", name, seed, flags)
            found.add(experiment, one, {**SETTINGS, **settings, **flags})
    return found


def row(text, title):
    """The cells of the pair's row, or of the glance's if it is alone."""
    text = text.partition("## Embedded streets")[2] or text
    line = next(x for x in text.splitlines() if x.startswith(f"| {title} |"))
    return [cell.strip() for cell in line.strip("|").split("|")[1:]]


def test_weights_have_their_own_miou():
    assert figures.mious(SOURCE, LAST) == pytest.approx({0: 40, 1: 44})
    assert figures.mious(SOURCE, CHOSEN) == pytest.approx({0: 42, 1: 46})
    assert figures.mious(SOURCE, BEST) == pytest.approx({0: 43, 1: 46})


def test_the_best_snapshot_is_unknown_where_not_all_were_measured():
    unmeasured = [{"miou": 0.5}, {"miou": None}]
    runs = {**SOURCE, 1: {**SOURCE[1], "candidates": unmeasured}}
    assert figures.mious(runs, BEST) == pytest.approx({0: 43})
    # A mean of other seeds than those beside it would mislead.
    assert figures.three_weights(runs)[2] == "-"


def test_gains_are_of_the_same_seed():
    source, advent = (figures.mious(r, CHOSEN) for r in (SOURCE, ADVENT))
    assert figures.gains(advent, source) == pytest.approx({0: 2, 1: 3})


def test_the_share_of_the_gap_is_of_the_seeds_that_all_have():
    source, advent, oracle = (
        figures.mious(r, CHOSEN) for r in (SOURCE, ADVENT, ORACLE)
    )
    # Gains 2 and 3 of gaps 20 and 20.
    share = figures.gap_share(advent, source, oracle)
    assert share == pytest.approx(100 * 5 / 40)
    assert figures.gap_share(advent, source, {}) is None
    assert figures.gap_share(advent, source, source) is None


def test_a_class_that_is_nowhere_is_in_no_mean():
    assert figures.class_iou(ADVENT, CHOSEN, "pole") == pytest.approx(30)
    assert figures.class_iou(ORACLE, CHOSEN, "pole") is None
    means = figures.class_mious(ADVENT, CHOSEN, ["road", "pole"])
    assert means == pytest.approx({0: 44, 1: (49 + 30) / 2, 2: 50})


def test_the_table_shows_means_gains_and_shares(tmp_path):
    runs = {"source_only": SOURCE, "advent": ADVENT, "target_oracle": ORACLE}
    found = record(tmp_path, runs)
    text = document.results({"streets": found}, list(runs), seeds=2)
    assert row(text, "`source_only`") == [
        *("2", "42.0 ± 2.8", "44.0 ± 2.8", "44.5 ± 2.1", "-", "-", "-")
    ]
    assert row(text, "`advent`") == [
        *("3", "46.0 ± 3.6", "47.7 ± 3.2", "48.0 ± 2.6"),
        *("+2.0, +3.0", "+2.5 ± 0.7", "12 %"),
    ]
    assert row(text, "`target_oracle`")[-1] == "100 %"
    assert "Not made yet" not in text
    classes = text[text.index("IoU of each class") :]
    assert "`advent` has the highest mean" in classes
    assert row(classes, "`source_only`") == ["44.0", "15.0"]
    assert row(classes, "`target_oracle`") == ["64.0", "-"]


def test_a_longer_method_is_held_against_longer_source_only(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(recipes, "BASELINES", {"longer": "source_longer"})
    runs = {
        "source_only": SOURCE,
        "source_longer": {0: run(45, 47, 47)},
        "longer": {0: run(50, 52, 52)},
        "target_oracle": ORACLE,
    }
    found = record(tmp_path, runs)
    text = document.results({"streets": found}, list(runs), seeds=1)
    # 5 of the 15 points from 47 to the oracle's 62.
    assert row(text, "`longer`")[-3:] == [
        *("+5.0", "+5.0 over `source_longer`", "33 %")
    ]
    assert row(text, "`source_longer`")[-3:] == ["+5.0", "+5.0", "25 %"]
    classes = text[text.index("IoU of each class") :]
    assert "`longer` has the highest mean" in classes
    rows = [x.split(" | ")[0] for x in classes.splitlines() if "| `" in x]
    assert rows == [
        *("| `source_only`", "| `source_longer`", "| `longer`"),
        "| `target_oracle`",
    ]


def test_source_only_of_another_length_is_never_the_best(monkeypatch):
    monkeypatch.setattr(recipes, "BASELINES", {"longer": "source_longer"})
    runs = {"source_longer": {0: run(90, 90, 90)}, "longer": {0: run(1, 1, 1)}}
    assert document.best_method(runs) == "longer"


def test_all_pairs_stand_side_by_side_first(tmp_path):
    found = record(tmp_path, {"source_only": SOURCE, "advent": ADVENT})
    nothing = Record(tmp_path / "none.json")
    both = {"streets": found, "camvid-idd": nothing}
    text = document.results(both, ["source_only", "advent"], seeds=2)
    glance = text[: text.index("## Embedded streets")]
    assert row(glance, "`source_only`") == ["44.0 ± 2.8", "-"]
    assert row(glance, "`advent`") == ["47.7 ± 3.2 (+2.5)", "-"]


def test_a_change_is_held_against_the_recipe_of_the_same_method(tmp_path):
    found = Record(tmp_path / "ablation-streets.json")
    for name, one, rate in (("base", 42, 1e-3), ("rate_3e-4", 45, 3e-4)):
        flags = {"method": "source_only"}
        if name != "base":
            flags["learning_rate"] = rate
        run_of = Experiment("streets", f"source_only+{name}", 0, flags)
        settings = {**SETTINGS, "learning_rate": rate}
        found.add(run_of, run(one - 1, one, one + 1), settings)
    text = ablation.tables({"streets": found}, seeds=1)
    assert row(text, "base") == ["1", "41.0", "42.0", "43.0", "-", "-", ""]
    assert row(text, "rate 3e-4") == [
        *("1", "44.0", "45.0", "46.0", "+3.0", "+3.0"),
        "`--learning_rate=0.0003`",
    ]
    lacking = text.partition("Not made yet**: seed 0 of ")[2]
    assert "`advent+base`" in lacking
    assert "`source_only+base`" not in lacking


def test_missing_runs_are_named_and_never_filled(tmp_path):
    runs = {"source_only": {1: SOURCE[1]}, "advent": {0: ADVENT[0]}}
    found = record(tmp_path, runs)
    methods = ["source_only", "advent", "minent"]
    text = document.results({"streets": found}, methods, seeds=2)
    # No seed has both: no gain.
    assert row(text, "`advent`")[-3:] == ["-", "-", "-"]
    assert "| `minent` |" not in text
    assert (
        "**Not made yet**: seed 0 of `source_only`; seed 1 of `advent`; "
        "seeds 0, 1 of `minent`." in text
    )


def test_runs_of_other_settings_are_named(tmp_path):
    record(tmp_path, {"source_only": SOURCE})
    found = record(tmp_path, {"advent": {0: ADVENT[0]}}, steps=300)
    text = document.results({"streets": found}, ["source_only"], seeds=2)
    assert "All runs: the defaults of `tf_advseg train`." in text
    assert "**Of other settings**" in text
    assert "`advent` 0: `--steps=300`" in text


def test_a_scale_of_weights_is_nothing_to_who_scales_none(tmp_path):
    told = {}
    for method in ("source_only", "maxsquare", "advent"):
        folder = tmp_path / method
        record(folder, {"target_oracle": SOURCE})
        one = {method: {0: ADVENT[0]}}
        found = record(folder, one, target_weight_scale=0.5)
        told[method] = document.results({"streets": found}, [method], seeds=2)
    assert "Of other settings" not in told["source_only"] + told["maxsquare"]
    assert (
        "with the rest: `advent` 0: `--target_weight_scale=0.5`"
        in told["advent"]
    )


def test_a_methods_own_settings_are_no_other_settings(tmp_path):
    found = record(tmp_path, {"source_only": SOURCE}, blur=0.6)
    flags = {"method": "source_only", "source_style": "fda"}
    fda = Experiment("streets", "fda", 0, flags)
    settings = {**SETTINGS, "blur": 0.6, "source_style": "fda"}
    found.add(fda, ADVENT[0], settings)
    text = document.results({"streets": found}, ["source_only"], seeds=2)
    assert "All runs: `--blur=0.6`." in text
    assert "Of other settings" not in text
    # Recorded before there was blur: without it.
    del settings["blur"]
    found.add(fda, ADVENT[0], settings)
    text = document.results({"streets": found}, ["source_only"], seeds=2)
    assert "with the rest: `fda` 0: `--blur=0.0`." in text


def test_of_few_seeds_no_method_is_called_the_best():
    lucky = {"advent": ADVENT, "minent": {0: run(90, 90, 90)}}
    assert document.best_method({"source_only": SOURCE, **lucky}) == "advent"


def test_a_record_is_read_as_it_was_written(tmp_path):
    found = record(tmp_path, {"advent": ADVENT})
    again = Record(found.path)
    assert again.runs == found.runs
    assert again.settings_of("advent", 2) == {**SETTINGS, "seed": 2}
    assert again.settings_of("advent", 7) is None
