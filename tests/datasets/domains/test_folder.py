from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from toy_domains import CLASSES
from toy_domains import write_folder
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.domains.folders.folder_files import list_files
from tf_advseg.datasets.domains.folders.label_names import match_labels

CLASSES_YAML = "classes: [{name: road, id: 0}, {name: car, id: 1}]\n"


def test_images_beside_labels_make_one_split(tmp_path):
    domain = FolderDomain(write_folder(tmp_path / "renders"))
    assert domain.name == "renders"
    assert domain.splits == ("train",)
    assert domain.class_set.names == CLASSES.names
    assert domain.keys("train") == (
        "images/0.png",
        "images/1.png",
        "images/2.png",
    )
    assert domain.has_labels("train")
    assert domain.read_image("images/2.png")[0, 0].tolist() == [20, 20, 20]
    assert np.all(domain.read_label("images/2.png") == 2)


def test_folders_make_splits_and_train_comes_first(tmp_path):
    for split in ("val", "dev", "train"):
        write_image(tmp_path / split / "images" / "town" / "a.jpg")
    write_label(tmp_path / "val/labels/town/a.png", np.ones((8, 16)))
    (tmp_path / "notes").mkdir()
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    assert domain.splits == ("train", "dev", "val")
    assert domain.keys("dev") == ("dev/images/town/a.jpg",)
    assert [domain.has_labels(s) for s in domain.splits] == [False, False, True]
    assert np.all(domain.read_label("val/images/town/a.jpg") == 1)


def test_a_folder_of_photographs_is_a_target(tmp_path):
    write_image(tmp_path / "b.JPG")
    write_image(tmp_path / "a.jpeg")
    (tmp_path / ".hidden.jpg").touch()
    (tmp_path / "notes.txt").touch()
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    assert domain.keys("train") == ("a.jpeg", "b.JPG")
    assert not domain.has_labels("train")
    assert domain.read_image("b.JPG").shape == (8, 16, 3)


def test_two_domains_with_different_ids_share_classes_by_name(tmp_path):
    source = FolderDomain(write_folder(tmp_path / "source"))
    write_image(tmp_path / "target/images/a.jpg")
    write_label(tmp_path / "target/labels/a.png", np.full((8, 16), 40))
    class_map = tmp_path / "target.yaml"
    class_map.write_text("classes: [{name: sky, id: 40}]")
    target = FolderDomain(tmp_path / "target", class_map, source.class_set)
    assert target.class_set == source.class_set
    assert np.all(target.read_label("images/a.jpg") == 2)


def test_splits_are_made_from_splits(tmp_path):
    for name in "abcde":
        write_image(tmp_path / "train/images" / f"{name}.jpg")
    (tmp_path / "night.txt").write_text("d\nb.jpg\n\n")
    (tmp_path / "classes.yaml").write_text(
        CLASSES_YAML + "splits:\n"
        "  train: {from: train, first: 3}\n"
        "  dev: {from: train, last: 2}\n"
        "  night: {from: train, list: night.txt}\n"
    )
    domain = FolderDomain(tmp_path)
    stems = {
        split: "".join(Path(key).stem for key in domain.keys(split))
        for split in domain.splits
    }
    assert stems == {"train": "abc", "dev": "de", "night": "bd"}


def test_labels_of_a_split_that_was_made_are_found(tmp_path):
    root = write_folder(tmp_path / "renders")
    text = (root / "classes.yaml").read_text()
    (root / "classes.yaml").write_text(
        text + "splits: {dev: {from: train, last: 1}}"
    )
    domain = FolderDomain(root)
    assert domain.has_labels("dev")
    assert np.all(domain.read_label(domain.keys("dev")[0]) == 2)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "{from: train, first: 9}",
            "Split 'dev' takes the first 9 images of 'train', which has "
            "only 1.",
        ),
        (
            "{from: train, list: x.txt}",
            "lists 1 images that split 'train' does not have, 'b' first; "
            "expected paths relative to the images folder.",
        ),
        ("{from: train, list: y.txt}", "y.txt' cannot be read: "),
    ],
)
def test_a_split_that_cannot_be_made_is_said(tmp_path, rule, message):
    write_image(tmp_path / "images/a.jpg")
    (tmp_path / "x.txt").write_text("a\nb\n")
    (tmp_path / "classes.yaml").write_text(
        f"{CLASSES_YAML}splits: {{dev: {rule}}}"
    )
    domain = FolderDomain(tmp_path)
    with pytest.raises(DataError) as caught:
        domain.keys("dev")
    assert message in str(caught.value)


def test_a_split_from_an_unknown_split_is_refused(tmp_path):
    write_image(tmp_path / "images/a.jpg")
    (tmp_path / "classes.yaml").write_text(
        CLASSES_YAML + "splits: {dev: {from: test, last: 1}}"
    )
    with pytest.raises(DataError, match="makes a split from 'test', which "):
        FolderDomain(tmp_path)


def test_a_label_of_another_size_than_its_image_is_refused(tmp_path):
    write_image(tmp_path / "images/a.png", (8, 16))
    label = write_label(tmp_path / "labels/a.png", np.zeros((4, 8)))
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    with pytest.raises(DataError) as caught:
        domain.read_label("images/a.png")
    assert str(caught.value) == (
        f"Label {str(label)!r} has the size (4, 8) (height, width) but its "
        "image 'images/a.png' has (8, 16); expected equal sizes."
    )


def test_the_label_fits_the_image_after_it_was_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "images").mkdir()
    Image.new("RGB", (16, 8)).save(tmp_path / "images/a.jpg", exif=exif)
    write_label(tmp_path / "labels/a.png", np.zeros((16, 8)))
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    assert domain.read_label("images/a.jpg").shape == (16, 8)


def test_images_without_labels_are_found_without_opening_files(tmp_path):
    root = write_folder(tmp_path / "renders")
    (root / "labels/1.png").unlink()
    (root / "labels/0.png").write_bytes(b"")
    domain = FolderDomain(root)
    assert domain.missing_labels("train") == ["images/1.png"]
    with pytest.raises(DataError) as caught:
        domain.read_label("images/1.png")
    assert str(caught.value) == (
        "Image 'images/1.png' of 'renders' has no label; expected a PNG file "
        "of the same name in the folder 'labels' beside its images."
    )


@pytest.mark.parametrize(
    ("image", "label"),
    [
        ("a.jpg", "a.png"),
        ("town/a_leftImg8bit.png", "town/a_gtFine_labelIds.png"),
        ("a.jpg", "a_mask.png"),
        ("a_rgb.png", "a_label.png"),
        ("0001TP_006690.png", "0001TP_006690_L.png"),
    ],
)
def test_usual_names_of_labels_are_matched(image, label):
    assert match_labels([image], [label], Path()) == {image: label}


def test_other_names_are_not_matched():
    labels = ["b.png", "town/a.png", "a_depth.png"]
    assert match_labels(["a.jpg"], labels, Path()) == {}


def test_an_exact_name_comes_before_suffixes():
    labels = ["a.png", "a_mask.png"]
    assert match_labels(["a.jpg"], labels, Path()) == {"a.jpg": "a.png"}


def test_several_fitting_labels_are_refused():
    labels = ["a_gtFine_color.png", "a_gtFine_labelIds.png"]
    with pytest.raises(DataError) as caught:
        match_labels(["a_leftImg8bit.png"], labels, Path("labels"))
    assert str(caught.value) == (
        "Image 'a_leftImg8bit.png' could be labelled by any of "
        "['a_gtFine_color.png', 'a_gtFine_labelIds.png'] in 'labels'; keep "
        "one kind of label in the folder."
    )


def test_files_are_listed_in_sorted_order_with_subfolders(tmp_path):
    for name in ("b/2.png", "a.png", "b/1.PNG", "c.txt", ".d/e.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list_files(tmp_path, (".png",)) == ["a.png", "b/1.PNG", "b/2.png"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(
        DataError, match=r"Image folder '.*none' does not exist"
    ):
        FolderDomain(tmp_path / "none", class_set=CLASSES)


def test_a_folder_without_images_is_refused(tmp_path):
    (tmp_path / "camera/frames").mkdir(parents=True)
    with pytest.raises(DataError) as caught:
        FolderDomain(tmp_path / "camera", class_set=CLASSES)
    assert str(caught.value) == (
        f"{str(tmp_path / 'camera')!r} holds no images; expected "
        "camera/images, camera/<split>/images, or image files."
    )


def test_an_empty_split_is_refused(tmp_path):
    (tmp_path / "images").mkdir()
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    with pytest.raises(DataError, match=r"Split 'train' of .* has no images; "):
        domain.keys("train")


def test_a_folder_needs_to_know_its_classes(tmp_path):
    write_image(tmp_path / "images/a.jpg")
    with pytest.raises(DataError) as caught:
        FolderDomain(tmp_path)
    assert str(caught.value) == (
        f"No class map says what the labels of {str(tmp_path)!r} mean; write "
        "classes.yaml there, or give one."
    )


def test_an_unknown_split_is_refused_with_a_suggestion(tmp_path):
    domain = FolderDomain(write_folder(tmp_path / "renders"))
    with pytest.raises(ValueError, match=r"Did you mean 'train'\?"):
        domain.keys("trian")
    with pytest.raises(ValueError, match="Unknown split of 'renders' 'val'"):
        domain.has_labels("val")
