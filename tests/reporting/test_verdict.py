"""The rule: yes, no, or it cannot be told."""

import pytest
import toy_report

from tf_advseg.reporting import verdict
from tf_advseg.reporting.sections.doubts import doubts


def judged(runs):
    return verdict.judge(toy_report.groups(runs)[0])


@pytest.mark.parametrize(
    ("after", "answer"), [(0.7, "yes"), (0.3, "no"), (0.5, "unknown")]
)
def test_the_interval_decides(after, answer):
    assert judged(toy_report.pair_of_runs(after, 0.5)).answer == answer


def test_without_labels_there_is_no_verdict():
    found = judged(toy_report.pair_of_runs(labelled=False))
    assert found.answer == "unknown"
    assert "no labels" in found.reason


def test_without_a_baseline_there_is_no_verdict():
    found = judged([toy_report.run()])
    assert found.answer == "unknown"
    assert "--compare=source_only" in found.reason


@pytest.mark.parametrize("method", ["source_only", "target_oracle"])
def test_what_is_no_adaptation_is_not_judged(method):
    runs = [toy_report.run(method)]
    if method == "target_oracle":
        runs.append(toy_report.run("source_only", right=0.2))
    assert judged(runs).answer == "unknown"


def test_only_images_that_both_could_read_are_compared():
    runs = toy_report.pair_of_runs()
    shorter = toy_report.measurement(0.5, num_images=7)
    other = type(runs[1])(runs[1].record, runs[1].source, shorter)
    (group,) = toy_report.groups([runs[0], other])
    assert group.gain.low > 0


def test_methods_are_compared_on_equal_seeds():
    one = [toy_report.run("advent", seed, 0.7) for seed in (0, 1)]
    other = [toy_report.run("minent", seed, 0.5) for seed in (1, 5)]
    groups = toy_report.groups([*one, *other])
    found = verdict.difference_between(*groups, draws=200)
    assert found.low > 0
    assert found.value == pytest.approx(one[1].miou - other[0].miou, abs=1e-9)


def test_one_seed_and_other_schedules_are_doubts():
    runs = toy_report.pair_of_runs()
    runs[0].record.settings["steps"] = 900
    found = doubts(toy_report.report(runs))
    assert any("Not the same schedule: steps is 900" in d for d in found)
    assert any(d.startswith("One seed") for d in found)


def test_choosing_by_the_labels_is_a_doubt():
    runs = toy_report.pair_of_runs(chosen_by="best by mIoU on the target")
    found = doubts(toy_report.report(runs))
    assert any("chosen by the labels" in doubt for doubt in found)
