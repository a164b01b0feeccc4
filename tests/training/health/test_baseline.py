"""Adapting is held against the scores from before it began."""

import pytest

from tf_advseg.selection.fused_rank import FUSED
from tf_advseg.training.callbacks.candidate_scores import CandidateScores
from tf_advseg.training.health import baseline
from tf_advseg.training.health.baseline import adapting_hurts


def scores(source, flip, information=0.6):
    return {
        "source_miou": source,
        "flip_agreement": flip,
        "mutual_information": information,
    }


BEFORE = scores(0.50, 0.80)
GOOD = scores(0.52, 0.80)
BAD = scores(0.40, 0.80)  # A fifth of one of two scores: a tenth.


def test_the_scores_are_those_that_choose():
    assert baseline.VOTERS == FUSED


def test_loss_is_the_mean_of_what_each_score_lost():
    assert baseline.loss(BEFORE, BAD) == pytest.approx((0.2 + 0) / 2)
    # 4 % of the source's mIoU gained, 10 % of the agreement lost.
    now = scores(0.52, 0.72)
    assert baseline.loss(BEFORE, now) == pytest.approx((-0.04 + 0.1) / 2)


def test_two_worse_moments_in_a_row_are_an_alarm_and_only_once():
    assert adapting_hurts(BEFORE, [BAD]) is None
    assert adapting_hurts(BEFORE, [BAD, GOOD, BAD]) is None
    alarm = adapting_hurts(BEFORE, [GOOD, BAD, BAD])
    assert alarm.kind == "adapting_hurts"
    assert alarm.value == pytest.approx(0.1)
    assert "source_miou 0.500 -> 0.400" in alarm.message
    assert adapting_hurts(BEFORE, [GOOD, BAD, BAD, BAD]) is None
    assert adapting_hurts(BEFORE, [BAD, BAD, GOOD, BAD, BAD]) is not None


def test_a_run_that_gains_or_swings_a_little_is_left_alone():
    a_little = scores(0.48, 0.78)  # 4 % and 2.5 %.
    assert adapting_hurts(BEFORE, [GOOD, GOOD, a_little, a_little]) is None


def test_one_class_that_swallows_the_target_is_harm_though_it_agrees():
    swallowed = scores(0.50, 0.99, information=0.2)
    assert adapting_hurts(BEFORE, [swallowed, swallowed]) is not None


def test_what_was_not_scored_counts_as_unchanged():
    half = {"source_miou": 0.40, "flip_agreement": None}
    assert baseline.loss(BEFORE, half) == pytest.approx(0.1)
    assert baseline.loss({}, BAD) == 0


def test_scores_are_judged_after_each_moment_and_before_the_delays_end():
    events = []
    watch = CandidateScores(
        lambda step: {"step": step},
        count=2,
        steps=8,
        log=lambda step, numbers: events.append(("log", step)),
        also=3,
        judge=lambda step: events.append(("judge", step)),
    )
    for step in range(1, 9):
        watch.on_train_batch_end(step)
    assert events == [
        (what, step) for step in (3, 4, 8) for what in ("log", "judge")
    ]
