"""What labels mean where their folder does not say so."""

import logging

import numpy as np
import pytest
from PIL import Image
from toy_domains import CLASSES
from toy_domains import NumberedDomain
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.classes.assumed_labels import table_of_models
from tf_advseg.datasets.classes.assumed_labels import table_values
from tf_advseg.experiment import making
from tf_advseg.settings.parts.data import DataSettings

RENDERS = """classes:
  - {name: ground, id: 1}
  - {name: sky, id: 2}
  - {name: box, id: [4, 5]}
ignore: [0]
"""


def write_source(root, class_map=RENDERS, label=((1, 2), (4, 0))):
    write_image(root / "images/a.png", (2, 2))
    write_label(root / "labels/a.png", label)
    (root / "classes.yaml").write_text(class_map)
    return root


def write_target(root, label):
    """Photographs with labels in `val`, and nothing that explains them."""
    write_image(root / "train/images/a.jpg", (2, 2))
    write_image(root / "val/images/b.jpg", (2, 2))
    write_label(root / "val/labels/b.png", label)
    return root


def make(tmp_path, label, class_map=RENDERS, **options):
    source = write_source(tmp_path / "renders", class_map)
    target = write_target(tmp_path / "photos", label)
    settings = DataSettings(source=str(source), target=str(target), **options)
    return making.make_domains(settings)


def test_labels_of_a_target_are_read_as_the_sources_and_this_is_said(
    tmp_path, caplog
):
    target = make(tmp_path, [[1, 2], [5, 0]]).target
    with caplog.at_level(logging.WARNING):
        label = target.read_label("val/images/b.jpg")
        target.read_label("val/images/b.jpg")
    assert label.tolist() == [[0, 1], [2, 255]]
    (record,) = caplog.records
    photos, renders = tmp_path / "photos", tmp_path / "renders"
    assert record.getMessage().startswith(
        f"No class map says what the labels of {str(photos)!r} mean; they "
        f"are read by the class map {str(renders / 'classes.yaml')!r}. If "
        f"that is wrong, write {str(photos / 'classes.yaml')!r}, "
    )


def test_an_id_that_the_source_lacks_is_one_sentence(tmp_path):
    target = make(tmp_path, [[1, 2], [7, 0]]).target
    with pytest.raises(DataError) as caught:
        target.read_label("val/images/b.jpg")
    assert "classes.yaml' does not name: 7 (1 pixels); write " in str(
        caught.value
    )


def test_an_id_that_the_source_would_ignore_is_no_id_of_the_source(tmp_path):
    target = make(tmp_path, [[1, 2], [7, 0]], RENDERS + "unknown: ignore")
    with pytest.raises(DataError, match="does not name: 7"):
        target.target.read_label("val/images/b.jpg")


def test_a_stated_class_map_is_followed_without_a_word(tmp_path, caplog):
    stated = tmp_path / "photos.yaml"
    stated.write_text("classes: [{name: ground, id: 2}, {name: sky, id: 1}]")
    target = make(tmp_path, [[1, 2], [1, 1]], target_classes=str(stated)).target
    label = target.read_label("val/images/b.jpg")
    assert label.tolist() == [[1, 0], [1, 1]]
    assert not caplog.records


def test_masks_keep_what_255_stands_for(tmp_path):
    masks = "classes: [{name: bg, id: 0}, {name: box, id: 255}]"
    target = make(tmp_path, [[0, 255], [0, 0]], masks).target
    label = target.read_label("val/images/b.jpg")
    assert label.tolist() == [[0, 1], [0, 0]]


def test_colours_of_the_source_explain_the_target(tmp_path):
    colours = (
        "classes: [{name: bg, color: [0, 0, 0]}, {name: box, color: [9, 8, 7]}]"
    )
    target = make(tmp_path, [[0, 0], [0, 0]], colours).target
    with pytest.raises(DataError, match="expected 8-bit RGB"):
        target.read_label("val/images/b.jpg")
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[0, 1] = 9, 8, 7
    Image.fromarray(picture).save(tmp_path / "photos/val/labels/b.png")
    label = target.read_label("val/images/b.jpg")
    assert label.tolist() == [[0, 1], [0, 0]]


def test_a_source_of_train_ids_makes_the_target_one(tmp_path, caplog):
    target = FolderDomain(
        write_target(tmp_path, [[0, 1], [2, 255]]),
        class_set=CLASSES,
        labels_like=table_of(NumberedDomain()),
    )
    label = target.read_label("val/images/b.jpg")
    assert label.tolist() == [[0, 1], [2, 255]]
    assert "are read as train ids: 0 road, 1 car, 2 sky. If" in caplog.text


def test_a_model_remembers_how_its_source_was_labelled(tmp_path):
    source = make(tmp_path, [[1, 2], [4, 0]]).source
    facts = {"label_table": table_values(table_of(source))}
    target = FolderDomain(
        tmp_path / "photos",
        class_set=source.class_set,
        labels_like=table_of_models([facts, facts]),
    )
    label = target.read_label("val/images/b.jpg")
    assert label.tolist() == [[0, 1], [2, 255]]


def test_models_that_disagree_or_know_nothing_remember_nothing(tmp_path):
    source = make(tmp_path, [[1, 2], [4, 0]]).source
    facts = {"label_table": table_values(table_of(source))}
    assert table_of_models([facts, {}]) is None
    assert table_of_models([{}]) is None
    assert table_values(table_of(NumberedDomain())) is None


@pytest.mark.parametrize("values", [7, {"labels_are": "ids"}, [[1]]])
def test_a_damaged_memory_is_one_sentence(values):
    with pytest.raises(ValueError, match="it is damaged: copy it again"):
        table_of_models([{"label_table": values}])


BINARY = "classes: [{name: bg, id: 0}, {name: box, id: 1}]\n"


@pytest.mark.parametrize(
    ("class_map", "label", "is_lost"),
    [
        (BINARY, [[0, 255], [0, 0]], True),
        (BINARY, [[0, 255], [0, 1]], False),
        (BINARY, [[0, 0], [0, 0]], False),
        (BINARY + "ignore: [255]", [[0, 255], [0, 0]], False),
        ("classes: [{name: bg, id: 0}]", [[0, 255], [0, 0]], False),
    ],
)
def test_masks_of_0_and_255_do_not_lose_their_objects_unnoticed(
    tmp_path, class_map, label, is_lost
):
    source = FolderDomain(write_source(tmp_path, class_map, label))
    if not is_lost:
        assert check_domain(source, "train", needs_labels=True).num_read == 1
        return
    with pytest.raises(DataError, match="hold one class and 255, which the"):
        check_domain(source, "train", needs_labels=True)
