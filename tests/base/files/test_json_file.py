"""JSON of strangers: an object, or one sentence that names the file."""

import pytest

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import json_file


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Expecting value"),
        (b"[1]", "expected a JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe\xfd", "codec can't decode"),
        (b'{"a": ' + b"9" * 5000 + b"}", "integer string conversion"),
        (b" " * 200, "more than 100 bytes"),
    ],
)
def test_what_is_no_object_is_named(tmp_path, monkeypatch, data, why):
    path = tmp_path / "a.json"
    path.write_bytes(data)
    if "more than" in why:
        monkeypatch.setattr(json_file, "MOST_BYTES", 100)
    with pytest.raises(DataError) as caught:
        json_file.read_object(path, "The list", "make it again")
    sentence = str(caught.value)
    assert sentence.startswith(f"The list {str(path)!r} is damaged (")
    assert why in sentence and sentence.endswith("; make it again.")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"gone' cannot be read: No such"):
        json_file.read_object(tmp_path / "gone", "The list", "make it again")


def test_an_object_comes_back(tmp_path):
    (tmp_path / "a.json").write_text('{"ä": [1]}', encoding="utf-8")
    found = json_file.read_object(tmp_path / "a.json", "The list", "")
    assert found == {"ä": [1]}
