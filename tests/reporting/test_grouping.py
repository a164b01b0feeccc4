"""Which run is held against which."""

import toy_report

from tf_advseg.reporting.grouping import find_baselines
from tf_advseg.reporting.grouping import groups_of
from tf_advseg.runs import compared


def run(method, seed=0, **settings):
    found = toy_report.run(method, seed)
    found.record.settings.update(settings)
    return found


def test_seeds_of_one_method_make_a_group():
    runs = [
        run("advent", 0),
        run("minent", 0),
        run("advent", 1),
        run("source_only", 1),
        run("source_only", 0),
    ]
    advent, minent = groups_of(runs)
    assert [p.adapted.record.settings["seed"] for p in advent.pairs] == [0, 1]
    assert [p.baseline.record.settings["seed"] for p in advent.pairs] == [0, 1]
    assert minent.label == "minent"


def test_the_baseline_of_the_same_schedule_comes_before_that_of_the_seed():
    (group,) = groups_of(
        [
            run("advent", 0, steps=900),
            run("source_only", 0, steps=600),
            run("source_only", 1, steps=900),
        ]
    )
    assert group.pairs[0].baseline.record.settings["seed"] == 1
    assert group.pairs[0].differences == {}


def test_settings_that_differ_are_named():
    (group,) = groups_of([run("advent", steps=900), run("source_only")])
    assert group.pairs[0].differences == {"steps": (900, 600)}


def test_what_only_the_method_uses_may_differ():
    (group,) = groups_of(
        [run("advent", target_weight_scale=3.0), run("source_only")]
    )
    assert group.pairs[0].differences == {}


def test_settings_of_one_method_are_told_apart_by_their_label():
    groups = groups_of([run("advent", crop=""), run("advent", crop="64x64")])
    assert [group.label for group in groups] == [
        "advent crop=",
        "advent crop=64x64",
    ]


def test_an_upper_bound_comes_last():
    groups = groups_of([run("target_oracle"), run("advent")])
    assert [group.label for group in groups] == ["advent", "target_oracle"]


def test_a_lone_source_only_run_is_a_group():
    (group,) = groups_of([run("source_only")])
    assert group.pairs[0].baseline is None


def test_baselines_are_found_beside_a_run_and_by_its_note(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    baseline = first / "compare_source_only"
    baseline.mkdir(parents=True)
    second.mkdir()
    (baseline / "config.json").write_text("{}")
    compared.write_compared_with(second, "source_only", baseline)
    assert find_baselines([first]) == [baseline]
    assert find_baselines([second]) == [baseline]
