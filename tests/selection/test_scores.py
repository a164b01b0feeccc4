"""Each label-free score against numbers that a person can work out."""

import math

import numpy as np
import pytest

from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.choice import choose
from tf_advseg.selection.fused_rank import fuse
from tf_advseg.selection.guards import passes_guards
from tf_advseg.selection.scores.agreement import agreement
from tf_advseg.selection.scores.class_shares import class_share_distance
from tf_advseg.selection.scores.entropy import mean_entropy
from tf_advseg.selection.scores.mutual_information import mutual_information
from tf_advseg.selection.scores.neighbourhood_density import drawn_pixels
from tf_advseg.selection.scores.neighbourhood_density import soft_density
from tf_advseg.selection.scores.table import SCORES
from tf_advseg.selection.scores.table import score
from tf_advseg.selection.scores.teacher_iou import teacher_iou

SURE = np.eye(4)
"""Four pixels, each of another class, without doubt."""
COLLAPSED = np.tile([1.0, 0.0, 0.0, 0.0], (4, 1))
UNDECIDED = np.full((4, 4), 0.25)


def test_entropy_is_a_share_of_log_of_the_classes():
    # H(1/2, 1/2, 0, 0) = log 2, half of log 4.
    half = np.array([[0.5, 0.5, 0.0, 0.0]])
    assert mean_entropy(half) == pytest.approx(1 / 2)
    assert mean_entropy(SURE) == 0
    assert mean_entropy(UNDECIDED) == pytest.approx(1)
    both = np.concatenate([half, UNDECIDED[:1]])
    assert mean_entropy(both) == pytest.approx((1 / 2 + 1) / 2)


def test_teacher_and_student_are_held_against_each_other_by_class():
    # Four pixels of the student's classes 0, 1, 2, 3; the teacher sees
    # 0, 0, 2, 2. Class 0: 1 pixel of 2; class 2 the same; 1 and 3: 0 of 1.
    teacher = np.eye(4)[[0, 0, 2, 2]]
    calm = 0.001 * 4
    expected = (1 / (2 + calm) + 0 + 1 / (2 + calm) + 0) / 4
    assert teacher_iou(SURE, teacher) == pytest.approx(expected)
    assert teacher_iou(teacher, SURE) == pytest.approx(expected)


def test_teacher_and_student_may_be_unsure():
    unsure = UNDECIDED + 0.01 * SURE
    assert teacher_iou(unsure, SURE) == teacher_iou(SURE, SURE)
    assert agreement(unsure, SURE) < agreement(SURE, SURE) - 0.3


def test_a_collapse_of_both_agrees_in_one_class_of_four():
    assert teacher_iou(COLLAPSED, COLLAPSED) == pytest.approx(1 / 4, abs=1e-3)


def test_entropy_alone_calls_a_collapse_perfect():
    assert mean_entropy(COLLAPSED) == 0


def test_information_wants_sure_pixels_and_all_classes():
    assert mutual_information(SURE) == pytest.approx(1)
    assert mutual_information(COLLAPSED) == pytest.approx(0)
    assert mutual_information(UNDECIDED) == pytest.approx(0)
    # Two of four classes, sure of each pixel: log 2 - 0, of log 4.
    assert mutual_information(SURE[:2]) == pytest.approx(1 / 2)


def test_density_is_the_entropy_of_who_is_near():
    # Equal rows: each of the other 3 is as near, so log 3.
    assert soft_density(COLLAPSED) == pytest.approx(math.log(3))
    # Two pairs: the twin has similarity 1 and the two others 0, so weights
    # e^20, 1, 1 of a softmax at temperature 1/20.
    pairs = np.eye(4)[[0, 0, 1, 1]]
    total = math.exp(20) + 2
    expected = math.log(total) - 20 * math.exp(20) / total
    assert soft_density(pairs) == pytest.approx(expected)


def test_density_does_not_see_the_scale_of_probabilities():
    rows = np.array([[0.2, 0.1], [0.1, 0.4], [0.3, 0.3]])
    assert soft_density(rows) == pytest.approx(
        soft_density(rows * [[1], [2], [5]])
    )


def test_density_of_one_pixel_is_refused():
    with pytest.raises(ValueError, match="at least 2, received 1"):
        soft_density(SURE[:1])


def test_drawn_pixels_are_the_same_each_time_and_never_repeat():
    first = drawn_pixels(100, 10, seed=0)
    np.testing.assert_array_equal(first, drawn_pixels(100, 10, seed=0))
    assert len(set(first)) == 10
    np.testing.assert_array_equal(drawn_pixels(3, 10, seed=0), [0, 1, 2])


def test_agreement_is_iou_weighed_with_both_confidences():
    first = np.array([[0.8, 0.2], [0.9, 0.1], [0.1, 0.9]])
    # A draw, as in the first row, goes to the first class.
    second = np.array([[0.5, 0.5], [0.4, 0.6], [0.4, 0.6]])
    # Class 0: pixel 0 agrees with sqrt(0.8 * 0.5), pixel 1 is of one only.
    # Class 1: pixel 2 agrees with sqrt(0.9 * 0.6), pixel 1 is of one only.
    # Each denominator is 2 pixels and 0.001 of 3.
    shared = [math.sqrt(0.40), math.sqrt(0.54)]
    expected = sum(shared) / 2.003 / 2
    assert agreement(first, second) == pytest.approx(expected)
    assert agreement(second, first) == pytest.approx(expected)


def test_a_collapse_agrees_with_itself_in_one_class_of_four():
    # 4 / 4.004 in one class, 0 / 0.004 in three.
    assert agreement(COLLAPSED, COLLAPSED) == pytest.approx(4 / 4.004 / 4)


def test_always_undecided_is_no_agreement():
    nearly = UNDECIDED + 1e-6 * SURE  # The four classes, barely.
    # Each class: one pixel, sqrt(1/4 * 1/4), of 1.004.
    found = agreement(nearly, nearly)
    assert found == pytest.approx(0.25 / 1.004, rel=1e-4)


def test_agreement_of_different_pixels_is_refused():
    with pytest.raises(ValueError, match="same pixels"):
        agreement(SURE, SURE[:2])


def test_share_distance_goes_from_equal_to_nothing_in_common():
    even = np.full(4, 0.25)
    assert class_share_distance(SURE, even) == pytest.approx(0)
    other = np.array([0.0, 1.0, 0.0, 0.0])
    assert class_share_distance(COLLAPSED, other) == pytest.approx(1)
    # Shares (1, 0), prior (1/2, 1/2), middle (3/4, 1/4):
    # 1/2 log2(4/3) + 1/2 (1/2 log2(2/3) + 1/2 log2 2).
    expected = (math.log2(4 / 3) + (math.log2(2 / 3) + 1) / 2) / 2
    two = np.array([[1.0, 0.0]])
    assert class_share_distance(two, np.array([0.5, 0.5])) == pytest.approx(
        expected
    )


def test_guards_drop_what_forgot_the_source_or_collapsed():
    kept = passes_guards(
        # Lowest that pass: 0.65 * 0.40 = 0.26 and 0.5 * 0.60 = 0.30.
        [0.40, 0.27, 0.25, 0.40, None],
        [0.60, 0.31, 0.60, 0.29, None],
    )
    assert kept == [True, True, False, False, True]


def test_what_forgot_the_source_is_no_measure_for_information():
    kept = passes_guards([0.40, 0.20], [0.50, 0.90])
    assert kept == [True, False]


class TestFuse:
    """Ranks of scores instead of their values."""

    def candidate(self, source, flip, entropy=0.5):
        return {
            "source_miou": source,
            "flip_agreement": flip,
            "scale_agreement": flip,
            "entropy": entropy,
        }

    def test_ranks_count_from_the_best_and_equals_share(self):
        found = fuse(
            [
                self.candidate(0.40, 0.6, entropy=0.3),
                self.candidate(0.39, 0.7, entropy=0.2),
                self.candidate(0.38, 0.6, entropy=0.1),
            ]
        )
        ranks = [one.ranks for one in found]
        assert [r["source_miou"] for r in ranks] == [1, 2, 3]
        assert [r["flip_agreement"] for r in ranks] == [2.5, 1, 2.5]
        assert [r["entropy"] for r in ranks] == [3, 2, 1]

    def test_fused_is_one_for_the_first_by_all_and_zero_for_the_last(self):
        best, worst = fuse(
            [self.candidate(0.4, 0.7), self.candidate(0.39, 0.6)]
        )
        assert best.fused == 1
        assert worst.fused == 0

    def test_what_forgot_the_source_is_dropped_and_ranks_nobody_down(self):
        kept, dropped = fuse(
            [self.candidate(0.40, 0.5), self.candidate(0.20, 0.9)]
        )
        assert not kept.is_dropped
        assert kept.fused == 1
        assert dropped.is_dropped
        assert dropped.fused == 0
        assert dropped.ranks["flip_agreement"] is None

    def test_a_score_that_one_candidate_lacks_has_no_vote(self):
        first = self.candidate(0.40, 0.5)
        second = self.candidate(0.39, 0.6)
        second["scale_agreement"] = None
        names = ("source_miou", "flip_agreement", "scale_agreement")
        first, second = fuse([first, second], names)
        # Left: the source for the first, the flip for the second.
        assert first.fused == second.fused == 0.5


def test_a_collapse_is_never_chosen():
    rng = np.random.default_rng(0)

    def predictions(sharpness, noise):
        logits = sharpness * np.eye(4)[rng.integers(0, 4, 400)]
        views = {}
        for view in ("flip", "scale", "photometric"):
            views[view] = softmax(logits + noise * rng.normal(size=(400, 4)))
        return softmax(logits), views

    healthy, views = predictions(sharpness=2.0, noise=1.0)
    collapsed = np.tile([0.997, 0.001, 0.001, 0.001], (400, 1))
    confusion = np.diag([5, 5, 5, 5])
    prior = np.full(4, 0.25)
    scores = [
        score(Predicted(healthy, views, confusion), prior),
        # Even if the source is solved as well as before.
        score(
            Predicted(collapsed, dict.fromkeys(views, collapsed), confusion),
            prior,
        ),
    ]
    assert scores[1]["entropy"] < scores[0]["entropy"]
    candidates = [Candidate("a", 1, "raw"), Candidate("b", 2, "raw")]
    choice = choose(candidates, scores, [None, None])
    assert choice.candidate.name == "a"


def test_every_score_is_described_and_computed():
    assert all(s.better in ("higher", "lower") for s in SCORES.values())
    views = {
        name.removesuffix("_agreement"): SURE
        for name in SCORES
        if name.endswith("_agreement") and name != "average_agreement"
    }
    one = Predicted(SURE, views, np.diag([1, 1, 1, 1]))
    alone = score(one, np.full(4, 0.25))
    assert list(alone) == list(SCORES)
    assert alone["average_agreement"] is None
    assert alone["teacher_iou"] is None
    both = score(one, np.full(4, 0.25), partner=one)
    assert both["average_agreement"] == pytest.approx(1, abs=5e-3)
    assert both["teacher_iou"] == pytest.approx(1, abs=5e-3)


class Predicted:
    """As `predictions.Predictions`, of which a test needs no images."""

    def __init__(self, plain, views, source_confusion):
        self.plain = plain
        self.views = views
        self.source_confusion = source_confusion


def softmax(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
