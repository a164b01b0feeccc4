"""Which candidate is taken, its record and its table."""

import json

import numpy as np
import pytest

from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.candidates import last_raw
from tf_advseg.selection.candidates import mean_of
from tf_advseg.selection.candidates import snapshots_in
from tf_advseg.selection.choice import CHOOSERS
from tf_advseg.selection.choice import choose
from tf_advseg.selection.choice_table import COLUMNS
from tf_advseg.selection.choice_table import choice_table
from tf_advseg.selection.choice_table import summary
from tf_advseg.selection.score_book import ScoreBook
from tf_advseg.selection.scores.table import SCORES
from tf_advseg.settings.parts import choice as choice_settings

CANDIDATES = [
    Candidate("step_000002.keras", 2, "raw"),
    Candidate("step_000004.keras", 4, "raw"),
    Candidate("step_000004_ema.keras", 4, "ema"),
    Candidate("mean_of_last_3.keras", 4, "mean_of_last_3"),
]


def scores(*values):
    return [dict.fromkeys(SCORES, value) for value in values]


def chosen(values, mious=(None,) * 4, chooser="fused"):
    return choose(CANDIDATES, scores(*values), list(mious), chooser)


def test_fused_takes_the_best_rank_and_between_equals_the_later():
    assert chosen([0.46, 0.5, 0.47, 0.48]).chosen == 1
    assert chosen([0.5, 0.5, 0.5, 0.5]).chosen == 3


def test_last_takes_the_raw_weights_of_the_last_step():
    choice = chosen([0.5, 0.4, 0.5, 0.5], chooser="last")
    assert choice.candidate.name == "step_000004.keras"


def test_labels_take_the_best_miou_and_only_they_do():
    mious = [0.3, 0.2, 0.4, 0.1]
    assert chosen([0.4, 0.5, 0.4, 0.4], mious).chosen == 1
    assert chosen([0.4, 0.5, 0.4, 0.4], mious, "labels").chosen == 2
    with pytest.raises(ValueError, match="needs the mIoU of every candidate"):
        chosen([0.4, 0.5, 0.4, 0.4], [0.3, None, 0.4, 0.1], "labels")


def test_regret_is_in_points_of_miou():
    choice = chosen([0.47, 0.47, 0.5, 0.47], [0.30, 0.27, 0.28, 0.20])
    assert choice.regret(choice.chosen) == pytest.approx(2)
    assert choice.regret(choice.last) == pytest.approx(3)
    assert "2.00 points below" in summary(choice)
    assert "3.00 below" in summary(choice)
    assert chosen([0.4, 0.5, 0.5, 0.4]).regret(0) is None


def test_books_from_before_a_score_are_still_chosen_by():
    old = scores(0.4, 0.5, 0.45, 0.3)
    for one in old:
        del one["teacher_iou"]
    choice = choose(CANDIDATES, old, [None] * 4)
    assert choice.chosen == 1
    assert choice.standings[0].ranks["teacher_iou"] is None
    assert "step_000004.keras" in choice_table(choice)


def test_record_holds_what_others_read():
    choice = chosen([0.47, 0.47, 0.5, 0.47], [0.30, 0.27, 0.28, 0.20])
    record = json.loads(json.dumps(choice.record({"source": 1, "target": 2})))
    assert record["format"] == 1
    assert record["chosen"] == "snapshots/step_000004_ema.keras"
    assert record["chosen_by"] == "fused label-free score"
    assert record["images"] == {"source": 1, "target": 2}
    assert record["regret"] == pytest.approx(2)
    assert record["last_regret"] == pytest.approx(3)
    one = record["candidates"][2]
    assert one["file"] == record["chosen"]
    assert one["weights"] == "ema"
    assert one["scores"]["source_miou"] == 0.5
    assert one["ranks"]["source_miou"] == 1
    assert one["ranks"]["entropy"] == 4  # Lower is better.
    assert one["fused"] == 1
    assert one["miou"] == 0.28
    assert set(record["scores"]) == set(SCORES)
    assert record["scores"]["entropy"]["better"] == "lower"
    assert "arXiv" in record["scores"]["entropy"]["paper"]


def test_table_marks_the_choice_and_what_was_dropped():
    lines = choice_table(chosen([0.4, 0.1, 0.5, 0.45])).splitlines()
    assert [line.split()[0] for line in lines[2:]] == [
        "step_000002.keras",
        "step_000004.keras",
        "->",
        "mean_of_last_3.keras",
    ]
    assert "dropped" in lines[3]
    assert set(COLUMNS) == set(SCORES)
    with_labels = chosen([0.4, 0.1, 0.5, 0.45], [0.1, 0.2, 0.3, 0.4])
    assert choice_table(with_labels).splitlines()[4].endswith("30.00")


def test_settings_offer_every_chooser():
    assert tuple(CHOOSERS) == choice_settings.CHOOSERS


def test_snapshots_are_found_by_step_and_nothing_else_is(tmp_path):
    for name in (
        "step_000004_ema.keras",
        "step_000010.keras",
        "step_000004.keras",
        "mean_of_last_3.keras",
        ".3f2a.keras",
        "step_000002.keras",
        "scores.json",
    ):
        (tmp_path / name).touch()
    found = snapshots_in(tmp_path)
    assert [(c.step, c.weights) for c in found] == [
        (2, "raw"),
        (4, "raw"),
        (4, "ema"),
        (10, "raw"),
    ]
    assert [c.step for c in last_raw(found)] == [2, 4, 10]
    assert mean_of(last_raw(found)).file == "snapshots/mean_of_last_3.keras"


def test_book_remembers_and_begins_anew_for_other_conditions(tmp_path):
    path = tmp_path / "scores.json"
    book = ScoreBook(path, {"images": 2})
    book.put({"a.keras": {"entropy": 0.5}, "b.keras": {"entropy": None}})
    again = ScoreBook(path, {"images": 2})
    assert again.scores == book.scores
    again.keep(["b.keras"])
    assert ScoreBook(path, {"images": 2}).scores == {
        "b.keras": {"entropy": None}
    }
    assert ScoreBook(path, {"images": 3}).scores == {}


def test_ranks_do_not_depend_on_the_order_of_candidates():
    values = np.random.default_rng(0).permutation(4) / 10 + 0.5
    forward = choose(CANDIDATES, scores(*values), [None] * 4)
    backward = choose(CANDIDATES[::-1], scores(*values[::-1]), [None] * 4)
    assert forward.candidate == backward.candidate
