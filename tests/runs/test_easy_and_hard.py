"""Files of the easy and the hard part; the runs that make them are ranked in
`tests/experiment/data/test_ranking.py`."""

import numpy as np
import pytest

from tf_advseg.base.checks import DataError
from tf_advseg.runs import easy_and_hard

ENTROPIES = {"a": 0.3, "b": 0.1, "c": 0.2}


def predictions(fails_after=3):
    for number, (key, entropy) in enumerate(ENTROPIES.items()):
        if number == fails_after:
            raise RuntimeError("The network died.")
        yield key, entropy, np.full((2, 4), number, np.uint8)


@pytest.mark.parametrize(
    ("images", "share", "easy"),
    [(100, 0.67, 67), (3, 0.67, 2), (2, 0.99, 1), (2, 0.01, 1), (10, 0.95, 9)],
)
def test_neither_part_is_empty(images, share, easy):
    assert easy_and_hard.num_easy(images, share) == easy


def test_what_is_written_is_read(tmp_path):
    written = easy_and_hard.write(tmp_path, predictions(), 0.67, {"d": "gone"})
    assert easy_and_hard.read(tmp_path) == written
    assert [image.key for image in written.images] == ["b", "c", "a"]
    assert [image.part for image in written.images] == ["easy", "easy", "hard"]
    assert written.left_out == {"d": "gone"}


def test_nothing_is_left_of_a_writer_that_dies(tmp_path):
    before = easy_and_hard.write(tmp_path, predictions(), 0.67, {})
    with pytest.raises(RuntimeError, match="died"):
        easy_and_hard.write(tmp_path, predictions(fails_after=1), 0.67, {})
    assert [path.name for path in tmp_path.iterdir()] == ["easy_and_hard"]
    assert easy_and_hard.read(tmp_path) == before
    easy_and_hard.check_labels(before)


def test_what_a_killed_writer_left_is_removed(tmp_path):
    (tmp_path / ".tf_advseg-0123/easy_and_hard/labels").mkdir(parents=True)
    assert easy_and_hard.read(tmp_path) is None
    easy_and_hard.write(tmp_path, predictions(), 0.5, {})
    assert [path.name for path in tmp_path.iterdir()] == ["easy_and_hard"]


@pytest.mark.parametrize("text", ["", "[]", '{"images": [{"kee": "a"}]}'])
def test_a_ranking_that_is_none_is_named(tmp_path, text):
    easy_and_hard.write(tmp_path, predictions(), 0.5, {})
    (tmp_path / "easy_and_hard/ranking.json").write_text(text)
    with pytest.raises(DataError, match=r"ranking\.json is not a readable"):
        easy_and_hard.read(tmp_path)
