"""The tables of docs/selection.md, on candidates made by hand."""

import numpy as np
import pytest

from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.records import Record
from benchmarks.adaptation.records import record_file
from benchmarks.parts import markdown
from benchmarks.selection import __main__ as selection
from benchmarks.selection import table
from benchmarks.selection import voters
from benchmarks.selection.regret import regret
from tf_advseg.selection.scores.table import SCORES

# Of each candidate: step, mIoU, and the value of every score.
RISING = [(10, 0.2, 0.3), (20, 0.4, 0.5), (30, 0.3, 0.4)]


def record(candidates):
    return {
        "candidates": [
            {
                "file": f"snapshots/step_{step:06}.keras",
                "step": step,
                "weights": "raw",
                "miou": miou,
                "scores": dict.fromkeys(SCORES, value),
            }
            for step, miou, value in candidates
        ]
    }


def row(text, title):
    """The cells of the first row of that title."""
    line = next(x for x in text.splitlines() if x.startswith(f"| {title} |"))
    return [cell.strip() for cell in line.strip("|").split("|")[1:]]


def test_regret_is_the_best_miou_minus_the_chosen_one():
    run = table.values(record(RISING))

    def cost(name):
        return regret(run["miou"], run[name])

    assert cost("source_miou") == pytest.approx(0)
    assert cost("last") == pytest.approx(10)
    # Lower entropy is better: it takes the first.
    assert cost("entropy") == pytest.approx(20)


def test_between_equals_the_later_is_taken_and_nan_never():
    assert regret([40, 30, 20, 10], [np.nan, 1, 1, 0]) == 20


def test_rank_correlation_knows_ties_and_constants():
    up, down = np.array([1.0, 2, 3]), np.array([3.0, 2, 1])
    assert table.spearman(up, up**3) == pytest.approx(1)
    assert table.spearman(up, down) == pytest.approx(-1)
    tied = table.spearman(np.array([1.0, 1, 2]), up)
    assert tied == pytest.approx(np.sqrt(3) / 2)
    assert np.isnan(table.spearman(up, np.ones(3)))


def test_all_runs_come_first_and_then_each_pair():
    flat = [(10, 0.2, 0.3), (20, 0.3, 0.4)]
    text = table.sections(
        {
            "streets": {
                "source_only-seed0": record(RISING),
                "advent-seed0": record(flat),
            },
            "elsewhere": {"source_only-seed0": record(flat)},
        }
    )
    together = text[: text.index("### streets")]
    assert "All 3 runs" in together
    assert ", 0 would have done better than the default's, 0.00" in together
    assert row(together, "the last step") == ["-", "3.33", "10.00"]
    streets = text[text.index("### streets") : text.index("### elsewhere")]
    assert row(streets, "the last step") == ["-", "5.00", "10.00"]
    assert row(streets, "`source_only-seed0`") == ["40.00", "30.00", "40.00"]
    elsewhere = text[text.index("### elsewhere") :]
    assert row(elsewhere, "`source_only-seed0`") == ["30.00", "30.00", "30.00"]


def test_methods_are_told_apart():
    flat = [(10, 0.2, 0.3), (20, 0.3, 0.4)]
    text = table.sections(
        {
            "a": {
                "advent-seed0": record(RISING),
                "advent-seed1": record(flat),
                "minent-seed0": record(flat),
            },
            "b": {"minent-seed0": record(RISING)},
        }
    )
    assert row(text, "`advent`") == ["0.00 / 5.00", "-"]
    assert row(text, "`minent`") == ["0.00 / 0.00", "0.00 / 10.00"]


def test_voters_are_held_against_the_labels():
    flat = [(10, 0.4, 0.3), (20, 0.3, 0.4)]
    lines = voters.section({"a": {"r": record(flat)}})
    # Where less is better, a score says the first; all others say the second.
    assert "| `entropy` | 0.00 | 0.00 |" in lines
    assert "10.00 points" in lines[0]
    assert voters.regret_of(record(flat), ("source_miou",)) == (
        pytest.approx(10)
    )


def test_a_score_that_the_mean_lacks_chooses_among_the_others():
    found = record(RISING)
    mean = {**found["candidates"][1], "weights": "mean_of_last_3"}
    mean = {**mean, "miou": 0.45, "scores": dict.fromkeys(SCORES, 0.9)}
    mean["scores"]["teacher_iou"] = None
    found["candidates"].append(mean)
    assert "teacher_iou" in voters.full_scores({"a": {"r": found}})
    # The mean is best, and the second is best of those that it can choose.
    assert voters.regret_of(found, ("teacher_iou",)) == pytest.approx(5)
    assert voters.regret_of(found, ("source_miou",)) == pytest.approx(0)


def test_records_from_before_a_score_have_no_row_of_it():
    found = record(RISING)
    for candidate in found["candidates"]:
        del candidate["scores"]["teacher_iou"]
    text = table.sections({"a": {"advent-seed0": found}})
    assert "| IoU of teacher and student |" not in text
    assert "`teacher_iou`" not in text


def test_recorded_runs_need_no_folder(tmp_path):
    found = Record(record_file(tmp_path, "streets"))
    for method in ("advent", "target_oracle"):
        run = Experiment("streets", method, 1, {"method": method})
        found.add(run, record(RISING), {"steps": 600})
    runs = selection.recorded(tmp_path)
    assert list(runs) == ["streets"]
    assert list(runs["streets"]) == ["advent-seed1"]
    assert "| `advent` | 0.00 / 10.00 |" in table.sections(runs)


def test_a_folder_without_runs_is_named_and_no_page_is_touched(
    tmp_path, monkeypatch
):
    page = tmp_path / "page.md"
    page.write_text(f"{selection.BEGIN}\nold\n{markdown.END}\n")
    before = page.read_text()
    arguments = ["selection", str(tmp_path / "none"), f"--document={page}"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit, match=r"No finished run .*none"):
        selection.main()
    assert page.read_text() == before
