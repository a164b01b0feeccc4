"""Tags are words in a file of the run's folder."""

import pytest

from tf_advseg.runs.overview import tags


def test_tags_are_given_and_taken_away(tmp_path):
    assert tags.read_tags(tmp_path) == ()
    assert tags.change_tags(tmp_path) == ()
    assert not (tmp_path / tags.TAGS_FILE).exists()
    tags.change_tags(tmp_path, ["good", "v1.2"])
    assert tags.change_tags(tmp_path, ["a"], ["good"]) == ("a", "v1.2")
    assert tags.read_tags(tmp_path) == ("a", "v1.2")


def test_a_tag_that_is_not_there_cannot_be_taken_away(tmp_path):
    tags.change_tags(tmp_path, ["good"])
    with pytest.raises(ValueError, match="has no tag bad"):
        tags.change_tags(tmp_path, ["new"], ["good", "bad"])
    assert tags.read_tags(tmp_path) == ("good",)


@pytest.mark.parametrize("text", ["a b", "x" * 41, "a/b", "\x1b", "a,=b"])
def test_what_is_no_word_is_no_tag(text):
    with pytest.raises(ValueError, match="is no tag; expected"):
        tags.parse_tags(text)


def test_a_damaged_file_is_not_written_over(tmp_path):
    (tmp_path / tags.TAGS_FILE).write_text('{"tags": [1]}')
    with pytest.raises(ValueError, match=r"tags\.json' holds no list of tags"):
        tags.change_tags(tmp_path, ["good"])
    assert (tmp_path / tags.TAGS_FILE).read_text() == '{"tags": [1]}'
