"""Scores that are kept; a damaged book is said, and begun anew."""

import json
import logging

import pytest

from tf_advseg.selection.score_book import ScoreBook

SCORES = {"a.keras": {"entropy": 0.5, "fused": None}}


def test_scores_come_back_under_the_same_conditions(tmp_path):
    path = tmp_path / "scores.json"
    ScoreBook(path, {"images": 3}).put(SCORES)
    assert ScoreBook(path, {"images": 3}).scores == SCORES
    assert ScoreBook(path, {"images": 4}).scores == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({"conditions": {}, "scores": [1]}),
        json.dumps({"conditions": {}, "scores": {"a.keras": "text"}}),
        json.dumps({"conditions": {}, "scores": {"a.keras": {"x": "y"}}}),
    ],
)
def test_a_damaged_book_is_named_and_begun_anew(tmp_path, caplog, text):
    path = tmp_path / "scores.json"
    path.write_text(text)
    with caplog.at_level(logging.WARNING):
        book = ScoreBook(path, {})
    assert book.scores == {}
    assert f"{path} is damaged; it is begun anew" in caplog.text
    book.put(SCORES)
    assert ScoreBook(path, {}).scores == SCORES
