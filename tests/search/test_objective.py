"""What a trial is judged by, from the files of its run."""

import json
import math

import pytest
import toy_search

from tf_advseg.search import objective


def test_agreement_is_a_geometric_mean():
    scores = {"source_miou": 0.9, "flip_agreement": 0.4, "entropy": 7.0}
    assert objective.agreement(scores) == pytest.approx(math.sqrt(0.36))
    # One class everywhere: the mean of both parts would still be 0.5.
    collapsed = {"source_miou": 0.9, "flip_agreement": 0.1}
    assert objective.agreement(collapsed) == pytest.approx(0.3)


@pytest.mark.parametrize("missing", ["source_miou", "flip_agreement"])
def test_a_part_that_is_missing_leaves_no_score(missing):
    scores = {"source_miou": 0.9, "flip_agreement": 0.4}
    assert objective.agreement({**scores, missing: None}) is None
    del scores[missing]
    assert objective.agreement(scores) is None


def test_a_run_has_the_score_of_its_chosen_model(tmp_path):
    toy_search.finish(tmp_path, 0.64, 0.25)
    file = tmp_path / "selection.json"
    record = json.loads(file.read_text())
    better = {"source_miou": 1.0, "flip_agreement": 1.0}
    record["candidates"].append({"file": "other", "scores": better})
    file.write_text(json.dumps(record))
    assert objective.of_chosen(tmp_path) == pytest.approx(0.4)


def test_moments_have_the_better_of_raw_and_averaged_weights(tmp_path):
    toy_search.write_moments(tmp_path, {10: 0.3, 20: 0.5})
    file = tmp_path / "snapshots" / "scores.json"
    book = json.loads(file.read_text())
    for name, value in [
        ("step_000010_ema.keras", 0.2),
        ("step_000020_ema.keras", 0.6),
        ("mean_of_last_3.keras", 0.9),
    ]:
        (tmp_path / "snapshots" / name).touch()
        scores = {"source_miou": value, "flip_agreement": value}
        book["scores"][name] = scores
    file.write_text(json.dumps(book))
    found = objective.moments(tmp_path)
    assert found == pytest.approx({10: 0.3, 20: 0.6})


def test_a_run_that_has_hardly_begun_has_no_moments(tmp_path):
    assert objective.moments(tmp_path / "none") == {}


def test_miou_is_of_the_chosen_model_and_none_without_labels(tmp_path):
    assert objective.miou(tmp_path) is None
    facts = {
        "domain": "d",
        "split": "val",
        "size": [2, 2],
        "iou": {"a": 0.75, "b": 0.8},
        "confusion": [[3, 1], [0, 4]],
        "num_images": 1,
        "faults": {},
    }
    (tmp_path / "metrics_best.json").write_text(json.dumps(facts))
    found = objective.miou(tmp_path)
    assert found == pytest.approx((3 / 4 + 4 / 5) / 2)
