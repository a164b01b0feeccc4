"""Alarms on series that a person can follow."""

import pytest

from tf_advseg.training.health import rules
from tf_advseg.training.health.ranges import RANGES
from tf_advseg.training.health.record import Record

PRIOR = {"road": 0.4, "sky": 0.1}
HEALTHY = {
    "health/discriminator_accuracy/source/main": 0.6,
    "health/discriminator_accuracy/target/main": 0.5,
    "health/pull/source/main": 2.0,
    "health/pull/target/main": 0.01,
    "health/share/road": 0.5,
    "health/share/sky": 0.1,
    "health/source_loss": 0.5,
    "health/entropy/target": 0.2,
}


def looks(*changes, before=5):
    """Healthy looks, and one more for each dict of changed numbers."""
    return [HEALTHY] * before + [{**HEALTHY, **change} for change in changes]


def kinds(series):
    return [alarm.kind for alarm in rules.alarms(series, PRIOR)]


WON = {
    "health/discriminator_accuracy/source/main": 1.0,
    "health/discriminator_accuracy/target/main": 0.999,
}
LOST = {"health/pull/target/main": 0.5}
SEES = {
    "health/discriminator_accuracy/source/main": 0.9,
    "health/discriminator_accuracy/target/main": 0.8,
}
OUTWEIGHED = {**SEES, "health/pull/target/main": 8.0}
SWALLOWED = {"health/share/sky": 0.95, "health/share/road": 0.0}
LOSS_CLIFF = {"health/source_loss": 1.5}
ENTROPY_CLIFF = {"health/entropy/target": 0.7}
SICK = {
    "discriminator_won": WON,
    "discriminator_lost": LOST,
    "target_outweighs_labels": OUTWEIGHED,
    "one_class": SWALLOWED,
    "cliff": LOSS_CLIFF,
}


def test_healthy_runs_raise_no_alarm():
    assert kinds(looks(before=30)) == []


@pytest.mark.parametrize("kind", SICK)
def test_three_sick_looks_raise_the_alarm_and_two_do_not(kind):
    sick = SICK[kind]
    assert kinds(looks(sick, sick)) == []
    assert kinds(looks(sick, sick, sick)) == [kind]


@pytest.mark.parametrize("kind", SICK)
def test_one_healthy_look_in_between_is_enough(kind):
    assert kinds(looks(SICK[kind], HEALTHY, SICK[kind])) == []


def test_entropy_that_jumps_is_a_cliff_both_ways():
    assert kinds(looks(*[ENTROPY_CLIFF] * 3)) == ["cliff"]
    unsure = [{**HEALTHY, "health/entropy/target": 0.9}] * 5
    assert kinds(unsure + looks(*[HEALTHY] * 3, before=0)) == ["cliff"]


def test_first_looks_are_not_judged():
    start = [{**HEALTHY, **SWALLOWED}] * 4
    assert kinds(start) == []
    assert kinds([*start, start[0]]) == ["one_class"]


def test_a_loss_that_starts_high_and_falls_is_no_cliff():
    falling = [{**HEALTHY, "health/source_loss": 3 / n} for n in range(1, 20)]
    assert all(kinds(falling[:n]) == [] for n in range(20))


def test_a_strong_pull_of_a_discriminator_that_sees_is_no_alarm():
    pulls = {**SEES, **LOST}
    assert kinds(looks(pulls, pulls, pulls)) == []


def test_messages_say_what_to_do():
    by_kind = {
        kind: rules.alarms(looks(sick, sick, sick), PRIOR)[0]
        for kind, sick in SICK.items()
    }
    assert (
        "--discriminator_learning_rate" in by_kind["discriminator_won"].message
    )
    lost = by_kind["discriminator_lost"]
    assert lost.level == "main"
    # 0.5 / 2; (0.6 + 0.5) / 2 of the patches.
    assert lost.value == 0.25
    assert "only 55% of the patches" in lost.message
    assert "--target_weight_scale" in lost.message
    # 8 / 2 = 4 times as hard as the labels.
    assert "4 times as hard" in by_kind["target_outweighs_labels"].message
    swallowed = by_kind["one_class"]
    assert "'sky' swallows the image: 95% " in swallowed.message
    assert swallowed.value == pytest.approx(0.85)
    assert "from 0.5 to 1.5" in by_kind["cliff"].message


def test_runs_without_target_or_discriminator_are_judged_by_what_they_have():
    bare = {"health/source_loss": 0.5, "health/pull/source/main": 1.0}
    assert rules.alarms([bare] * 9, {}) == []
    entropy_only = {**bare, "health/pull/target/main": 3.0}
    found = rules.alarms([entropy_only] * 9, {})
    assert [alarm.kind for alarm in found] == ["target_outweighs_labels"]


def test_an_alarm_is_recorded_once_until_it_is_over():
    record = Record(PRIOR)
    series = looks(LOST, LOST, LOST, LOST, HEALTHY, LOST, LOST, LOST)
    for index, look in enumerate(series, start=1):
        record.look(10 * index, look)
    steps = [alarm["step"] for alarm in record.alarms]
    assert steps == [80, 130]
    assert not record.is_healthy


def test_a_record_goes_on_where_it_was():
    whole, first = Record(PRIOR), Record(PRIOR)
    series = looks(*[LOST] * 5, HEALTHY, *[LOST] * 4)
    for index, look in enumerate(series):
        whole.look(index, look)
    for index, look in enumerate(series[:8]):
        first.look(index, look)
    second = Record(PRIOR)
    second.restore(first.state())
    second.replay(series[:8])
    for index, look in enumerate(series[8:], start=8):
        second.look(index, look)
    assert second.to_dict() == whole.to_dict()
    assert len(second.alarms) == 2


def test_the_file_holds_every_range():
    found = Record(PRIOR).to_dict()
    assert found["format"] == 1
    assert found["ranges"].keys() == RANGES.keys()
    assert found["alarms"] == found["rollbacks"] == []
