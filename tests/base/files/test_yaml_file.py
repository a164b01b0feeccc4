"""YAML of strangers: read, or refused in one short sentence at once."""

import pytest

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.yaml_file import MOST_BYTES
from tf_advseg.base.files.yaml_file import MOST_VALUES
from tf_advseg.base.files.yaml_file import read_yaml
from tf_advseg.datasets.classes.class_map_file import read_class_map


def laughs(key, levels=9):
    """Lists of ten aliases of lists of ten aliases: 10 to the `levels`."""
    text = f"{key}: [&a0 [x,x,x,x,x,x,x,x,x,x]"
    for level in range(1, levels):
        aliases = ",".join([f"*a{level - 1}"] * 10)
        text += f", &a{level} [{aliases}]"
    return f"{text}]\n"


def merges(levels=9):
    text = "a0: &a0 {k0: x}\n"
    for level in range(1, levels):
        aliases = ",".join([f"*a{level - 1}"] * 10)
        text += f"a{level}: &a{level} {{<<: [{aliases}], k{level}: x}}\n"
    return text


def refusal(tmp_path, text, read=read_class_map):
    path = tmp_path / "classes.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"Class map {str(path)!r} "), sentence
    assert "\n" not in sentence and len(sentence) < 1200
    return sentence


KEYS = ("name", "labels", "unknown", "splits", "classes", "ignore", "other")


@pytest.mark.parametrize("key", KEYS)
def test_aliases_of_aliases_are_refused_before_they_are_values(tmp_path, key):
    rest = "" if key == "classes" else "classes:\n  - {name: a, id: 1}\n"
    sentence = refusal(tmp_path, laughs(key) + rest)
    assert f"aliases stand for more than {MOST_VALUES} values" in sentence


@pytest.mark.parametrize("key", KEYS)
def test_what_passes_the_bound_is_shown_briefly(tmp_path, key):
    rest = "" if key == "classes" else "classes:\n  - {name: a, id: 1}\n"
    path = tmp_path / "classes.yaml"
    path.write_text(laughs(key, levels=5) + rest)
    with pytest.raises(DataError) as caught:
        read_class_map(path)
    assert len(str(caught.value)) < 1200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (merges(), "aliases stand for more than"),
        ("&a [*a, *a]", "aliases stand for more than"),
        ("[" * 100_000, "nested too deeply"),
        ("a: " * 5 + "- [", "not valid YAML"),
        (f"id: {'9' * 5000}", "not valid YAML"),
        ("day: 2020-99-99", "not valid YAML"),
        ("#" * (MOST_BYTES + 1), f"more than {MOST_BYTES} bytes"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
        ("a: 1\n---\nb: 2", "not valid YAML"),
        ("a: 1\nb: {c: 2}\na: 3", "'a' is there twice, the second time in l"),
        ("- {c: 2, 'c': 2}", "'c' is there twice, the second time in line 1"),
    ],
)
def test_each_kind_of_hostile_text_is_one_sentence(tmp_path, text, expected):
    sentence = refusal(tmp_path, text, lambda p: read_yaml(p, "Class map"))
    assert expected in sentence


def test_aliases_that_people_write_are_read(tmp_path):
    path = tmp_path / "classes.yaml"
    path.write_text(
        "\ufeffclasses:\n"
        "  - {name: road, id: 1, color: &grey [9, 9, 9]}\n"
        "  - {name: wall, id: 2, color: *grey}\n",
        encoding="utf-8",
    )
    palette = read_class_map(path).class_set.palette
    assert palette == ((9, 9, 9), (9, 9, 9))


def test_an_endless_file_is_refused(tmp_path):
    path = tmp_path / "classes.yaml"
    path.symlink_to("/dev/zero")
    with pytest.raises(DataError, match="more than"):
        read_yaml(path, "Class map")
