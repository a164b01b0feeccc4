import numpy as np
import pytest
from PIL import Image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import ClassSet
from tf_advseg.datasets.classes.class_map import identity_class_map
from tf_advseg.datasets.classes.class_map_file import read_class_map

IDS = """
name: streets
labels: annotations
classes:
  - {name: road, id: 7, color: [128, 64, 128]}
  - {name: building, id: [11, 12]}
ignore: [0]
splits:
  dev: {from: train, last: 2}
"""

COLOURS = """
classes:
  - {name: road, color: [128, 64, 128]}
  - {name: car, color: [[0, 0, 142], [0, 0, 70]]}
ignore: [[0, 0, 0]]
"""


def class_map(tmp_path, text):
    path = tmp_path / "classes.yaml"
    path.write_text(text)
    return read_class_map(path)


def sentence(tmp_path, text):
    with pytest.raises(DataError) as caught:
        class_map(tmp_path, text)
    message = str(caught.value)
    start = f"Class map {str(tmp_path / 'classes.yaml')!r}"
    assert message.startswith(start)
    return message.removeprefix(start).strip(": ")


def test_a_class_map_gives_classes_table_folder_and_splits(tmp_path):
    read = class_map(tmp_path, IDS)
    assert read.class_set.name == "streets"
    assert read.class_set.names == ("road", "building")
    assert read.class_set.palette[0] == (128, 64, 128)
    assert read.label_folder == "annotations"
    assert [rule.name for rule in read.split_rules] == ["dev"]
    assert read.table.train_ids == {7: 0, 11: 1, 12: 1, 0: 255, 255: 255}


def test_ids_become_train_ids(tmp_path):
    label = write_label(tmp_path / "a.png", [[7, 11, 12], [0, 255, 7]])
    train_ids = class_map(tmp_path, IDS).table.read(label)
    assert train_ids.tolist() == [[0, 1, 1], [255, 255, 0]]
    assert train_ids.dtype == np.uint8


def test_colours_become_train_ids(tmp_path):
    colours = [[128, 64, 128], [0, 0, 142], [0, 0, 70], [0, 0, 0]]
    Image.fromarray(np.array([colours], np.uint8)).save(tmp_path / "a.png")
    read = class_map(tmp_path, COLOURS)
    assert read.table.read(tmp_path / "a.png").tolist() == [[0, 1, 1, 255]]
    assert read.class_set.palette == ((128, 64, 128), (0, 0, 142))
    assert read.class_set.name == "classes"


def test_a_class_may_take_the_id_255(tmp_path):
    masks = "classes: [{name: back, id: 0}, {name: front, id: 255}]"
    label = write_label(tmp_path / "a.png", [[0, 255]])
    assert class_map(tmp_path, masks).table.read(label).tolist() == [[0, 1]]


def test_unknown_ids_are_named_with_counts_and_file(tmp_path):
    label = write_label(tmp_path / "a.png", [[7, 13, 13, 200]])
    with pytest.raises(DataError) as caught:
        class_map(tmp_path, IDS).table.read(label)
    assert str(caught.value) == (
        f"Label {str(label)!r} holds ids that the class map "
        f"{str(tmp_path / 'classes.yaml')!r} does not name: 13 (2 pixels), "
        "200 (1 pixels); give them to a class or to `ignore`, or set "
        "`unknown: ignore`, in a class map."
    )


def test_a_long_list_of_unknown_ids_is_cut(tmp_path):
    label = write_label(tmp_path / "a.png", [range(100, 120)])
    with pytest.raises(DataError, match=r"104 \(1 pixels\), and 15 more; give"):
        class_map(tmp_path, IDS).table.read(label)


def test_unknown_colours_are_named(tmp_path):
    Image.new("RGB", (2, 1), (1, 2, 3)).save(tmp_path / "a.png")
    with pytest.raises(DataError, match=r"colours .*: \[1, 2, 3\] \(2 pixels"):
        class_map(tmp_path, COLOURS).table.read(tmp_path / "a.png")


def test_unknown_ids_can_be_ignored(tmp_path):
    label = write_label(tmp_path / "a.png", [[7, 13]])
    table = class_map(tmp_path, IDS + "unknown: ignore\n").table
    assert table.read(label).tolist() == [[0, 255]]


def test_classes_without_colours_get_different_ones(tmp_path):
    classes = ", ".join(f"{{name: c{i}, id: {i}}}" for i in range(60))
    palette = class_map(tmp_path, f"classes: [{classes}]").class_set.palette
    assert len(set(palette)) == 60 and (0, 0, 0) not in palette


def test_a_map_is_brought_onto_other_classes_by_name(tmp_path):
    common = ClassSet("c", ("sky", "building", "road"), ((0, 0, 0),) * 3)
    read = class_map(tmp_path, IDS).onto(common)
    assert read.class_set is common
    assert read.table.train_ids == {7: 2, 11: 1, 12: 1, 0: 255, 255: 255}


def test_a_class_that_the_other_set_lacks_is_named(tmp_path):
    common = ClassSet("common", ("road", "sky"), ((0, 0, 0),) * 2)
    with pytest.raises(DataError) as caught:
        class_map(tmp_path, IDS).onto(common)
    assert str(caught.value) == (
        f"The class map {str(tmp_path / 'classes.yaml')!r} has the class "
        "'building', which the class set 'common' lacks (road, sky); rename "
        "it, or move its ids to `ignore`."
    )


def test_the_identity_map_knows_train_ids_and_255(tmp_path):
    classes = ClassSet("two", ("a", "b"), ((0, 0, 0),) * 2)
    table = identity_class_map(classes).table
    label = write_label(tmp_path / "a.png", [[0, 1, 255]])
    assert table.read(label).tolist() == [[0, 1, 255]]
    with pytest.raises(DataError, match=r"the class set 'two' .*: 2 \(1 pixel"):
        table.read(write_label(tmp_path / "b.png", [[2]]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no `classes`; expected a list of classes."),
        ("classes: 3", "has `classes` 3; expected a list."),
        (
            "classes: [road]",
            "has the class 'road'; expected {name: ..., id: ...}.",
        ),
        (
            "classes: [{name: on, id: 1}]",
            "has a class with the name True; expected text (put quotes "
            "around names such as on, no, 1).",
        ),
        (
            "clases: 1\nclasses: [{name: a, id: 0}]",
            "Unknown key 'clases'. Did you mean 'classes'? Choose one of: "
            "name, labels, classes, ignore, unknown, splits.",
        ),
        (
            "classes: [{name: a, ids: 0}]",
            "Unknown key of a class 'ids'. Did you mean 'id'? Choose one "
            "of: name, id, color.",
        ),
        (
            "classes: [{name: a, id: 0}, {name: b}]",
            "gives the class 'b' no `id`; expected an `id` for every class, "
            "or a `color` for every class and no `id`.",
        ),
        (
            "classes: [{name: a}]",
            "gives the class 'a' no `color`; expected an `id` for every "
            "class, or a `color` for every class and no `id`.",
        ),
        (
            "classes: [{name: a, id: -1}]",
            "gives 'a' the id -1; expected a whole number from 0 to 65535, "
            "or a list of them.",
        ),
        (
            "classes: [{name: a, id: 1, color: [1, 2]}]",
            "gives 'a' the color [1, 2]; expected [red, green, blue] from 0 "
            "to 255, or a list of them.",
        ),
        (
            "classes: [{name: a, id: [1, 2]}, {name: b, id: 2}]",
            "names the id 2 twice.",
        ),
        (
            "classes: [{name: a, color: [1, 2, 3]}]\nignore: [[1, 2, 3]]",
            "names the color [1, 2, 3] twice.",
        ),
        (
            "classes: [{name: a, id: 1}, {name: a, id: 2}]",
            "Class set 'classes' repeats a class name.",
        ),
        (
            "classes: [{name: a, id: 1}]\nunknown: skip",
            "Unknown value of `unknown` 'skip'. Choose one of: error, ignore.",
        ),
        (
            "classes: [{name: a, id: 1}]\nsplits: {dev: {from: train}}",
            "has the split 'dev' as {'from': 'train'}; expected {from: "
            "SPLIT, first: N}, {from: SPLIT, last: N} or {from: SPLIT, list: "
            "FILE}.",
        ),
        (
            "classes: [{name: a, id: 1}]\nsplits: {dev: {from: t, last: 0}}",
            "has the split 'dev' with `last: 0`; expected a number of images "
            "above 0.",
        ),
        (
            "classes: [{name: a, id: 1}]\nsplits: [dev]",
            "has `splits` ['dev']; expected a rule by split name.",
        ),
    ],
)
def test_what_is_wrong_in_a_class_map_is_said(tmp_path, text, message):
    assert sentence(tmp_path, text) == message


def test_invalid_yaml_is_said_with_its_place(tmp_path):
    message = sentence(tmp_path, "classes: [")
    assert message.startswith("is not valid YAML: ")
    assert "line 1" in message and "\n" not in message


def test_a_missing_class_map_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read_class_map(tmp_path / "none.yaml")


def test_a_default_colour_is_none_that_was_given(tmp_path):
    palette = class_map(
        tmp_path,
        "classes: [{name: a, id: 0}, {name: b, id: 1},"
        " {name: c, id: 2, color: [128, 0, 0]}]",
    ).class_set.palette
    # By default a would be 128, 0, 0; b keeps its own, and a gets the fourth.
    assert palette == ((0, 0, 128), (0, 128, 0), (128, 0, 0))


def test_classes_of_one_colour_are_said(tmp_path, caplog):
    class_map(
        tmp_path,
        "classes: [{name: a, id: 0, color: [1, 2, 3]},"
        " {name: b, id: 1, color: [1, 2, 3]}]",
    )
    assert "gives 'a' and 'b' one color: in pictures they" in caplog.text
