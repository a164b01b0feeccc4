"""Layouts that people have: each works, or is named."""

import os
import shutil

import numpy as np
import pytest
from toy_domains import CLASSES
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.datasets.domains.folders.listing import THUMBNAILS

CLASSES_YAML = "classes: [{name: road, id: 0}, {name: car, id: 1}]\n"


def write(root, *names):
    """Writes labels of 1 where a name says so, else images."""
    for name in names:
        if "label" in name or "mask" in name:
            write_label(root / name, np.ones((8, 16)))
        else:
            write_image(root / name)
    return root


def make(root, more=""):
    class_map = root.parent / "classes-of-root.yaml"
    class_map.write_text(CLASSES_YAML + more)
    return FolderDomain(root, class_map)


def files(domain):
    return {split: list(domain.keys(split)) for split in domain.splits}


def test_a_split_may_lie_beside_the_images(tmp_path):
    write(tmp_path / "photos", "images/a.jpg", "val/images/b.jpg")
    write(tmp_path / "photos", "val/labels/b.png")
    domain = make(tmp_path / "photos")
    assert files(domain) == {
        "train": ["images/a.jpg"],
        "val": ["val/images/b.jpg"],
    }
    assert not domain.has_labels("train")
    assert np.all(domain.read_label("val/images/b.jpg") == 1)


def test_a_split_in_two_places_is_refused(tmp_path):
    write(tmp_path / "photos", "images/a.jpg", "train/images/b.jpg")
    with pytest.raises(DataError, match="has the split 'train' twice: in "):
        make(tmp_path / "photos")


def test_folders_of_images_that_are_called_like_splits_are_splits(tmp_path):
    write(tmp_path / "photos", "images/train/a.jpg", "images/val/b.jpg")
    write(tmp_path / "photos", "labels/val/b.png")
    domain = make(tmp_path / "photos")
    assert files(domain) == {
        "train": ["images/train/a.jpg"],
        "val": ["images/val/b.jpg"],
    }
    assert [domain.has_labels(s) for s in domain.splits] == [False, True]
    assert np.all(domain.read_label("images/val/b.jpg") == 1)


def test_other_folders_of_images_are_places(tmp_path):
    write(tmp_path / "photos", "images/bonn/a.jpg", "images/ulm/b.jpg")
    assert make(tmp_path / "photos").splits == ("train",)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ("images/bonn/b.jpg", "the folder 'bonn'"),
        ("images/b.jpg", "images of its own"),
    ],
)
def test_splits_among_other_images_are_refused(tmp_path, other, what):
    write(tmp_path / "photos", "images/val/a.jpg", other)
    with pytest.raises(DataError, match=f"split 'val' and also {what}, and"):
        make(tmp_path / "photos")


def test_splits_may_be_folders_of_photographs(tmp_path):
    root = write(tmp_path / "photos", "train/a.jpg", "val/b.jpg")
    write(root, "val/labels/b.png")
    domain = make(root)
    assert files(domain) == {"train": ["train/a.jpg"], "val": ["val/b.jpg"]}
    assert np.all(domain.read_label("val/b.jpg") == 1)


def test_labels_beside_photographs_are_no_photographs(tmp_path):
    root = write(tmp_path / "photos", "a.jpg", "b.jpg", "labels/a.png")
    domain = make(root)
    assert files(domain) == {"train": ["a.jpg", "b.jpg"]}
    assert domain.missing_labels("train") == ["b.jpg"]
    assert np.all(domain.read_label("a.jpg") == 1)


def test_a_folder_that_is_called_masks_holds_no_photographs(tmp_path, caplog):
    root = write(tmp_path / "photos", "a.jpg", "masks/a.png")
    assert files(make(root)) == {"train": ["a.jpg"]}
    assert "called like one of labels (masks/a.png)" in caplog.text
    with pytest.raises(DataError, match="which folder has them: `labels: mas"):
        check_domain(make(root), "train", needs_labels=True)
    assert make(root, "labels: masks").missing_labels("train") == []


@pytest.mark.parametrize("folder", ["", "images/"])
@pytest.mark.parametrize("label", ["a_mask.png", "a_label.tif"])
def test_masks_among_the_images_are_labels(tmp_path, caplog, folder, label):
    root = write(tmp_path / "photos", f"{folder}a.jpg", f"{folder}b.jpg")
    write(root, folder + label)
    domain = make(root)
    assert files(domain) == {"train": [f"{folder}a.jpg", f"{folder}b.jpg"]}
    assert np.all(domain.read_label(f"{folder}a.jpg") == 1)
    assert f"1 by their names labels of images beside them ({label})" in (
        caplog.text
    )


@pytest.mark.parametrize("more", ["", "labels: images"])
def test_one_folder_may_hold_photographs_and_their_labels(tmp_path, more):
    root = write(tmp_path / "photos", "images/a.jpg", "images/b.jpg")
    write_label(root / "images/a.png", np.ones((8, 16)))
    write_label(root / "images/b.png", np.ones((8, 16)))
    domain = make(root, more)
    assert files(domain) == {"train": ["images/a.jpg", "images/b.jpg"]}
    assert np.all(domain.read_label("images/a.jpg") == 1)
    assert domain.stray_labels("train") == []


def test_what_has_a_label_of_its_own_is_an_image(tmp_path):
    root = write(tmp_path / "photos", "images/a.png", "labels/a.png")
    write_image(root / "images/a_L.png")
    assert len(make(root).keys("train")) == 1
    write(root, "labels/a_L.png")
    assert len(make(root).keys("train")) == 2


@pytest.mark.parametrize("ending", ["tif", "bmp"])
def test_labels_of_any_format_that_keeps_numbers_are_read(tmp_path, ending):
    root = write(tmp_path / "photos", "images/a.jpg", f"labels/a.{ending}")
    assert np.all(make(root).read_label("images/a.jpg") == 1)


@pytest.mark.parametrize("ending", ["jpg", "gif"])
def test_labels_that_are_left_out_are_said(tmp_path, caplog, ending):
    root = write(tmp_path / "photos", "images/a.jpg", f"labels/a.{ending}")
    domain = make(root)
    assert domain.missing_labels("train") == ["images/a.jpg"]
    assert "labels': 0 files taken; 1 left out: 1 of a kind" in caplog.text


def test_two_labels_of_one_name_are_refused(tmp_path):
    root = write(tmp_path / "photos", "images/a.jpg", "labels/a.png")
    write(root, "labels/a.tif")
    with pytest.raises(DataError, match=r"any of \['a.png', 'a.tif'\]"):
        make(root).missing_labels("train")


def test_what_is_no_image_is_counted(tmp_path, caplog):
    root = write(tmp_path / "photos", "images/a.jpg", "images/b.jfif.jpg")
    (root / "images/b.jfif.jpg").rename(root / "images/b.JFIF")
    for name in ("c.heic", "d.HEIC", "e.avif", "f", "g.txt"):
        (root / "images" / name).touch()
    write(root, "images/@eaDir/a.jpg/SMALL.jpg", "images/.thumbnails/x.png")
    domain = make(root)
    assert len(domain.keys("train")) == 2
    (line,) = caplog.messages
    assert line == (
        f"In {str(root / 'images')!r}: 2 files taken; 7 left out: "
        "5 of a kind that is not read (.heic 2, .avif 1, no ending 1, .txt 1), "
        "2 thumbnails or the like (.thumbnails/ and 1 more)."
    )


def test_texts_beside_images_are_no_news(tmp_path, caplog):
    root = write(tmp_path / "photos", "images/a.jpg", "images/._a.jpg")
    (root / "images/notes.txt").touch()
    (root / "images/.DS_Store").touch()
    assert len(make(root).keys("train")) == 1
    assert not caplog.messages


def test_a_name_that_is_no_utf8_is_left_out_and_said(tmp_path, caplog):
    root = write(tmp_path / "photos", "images/a.jpg", "images/b.jpg")
    odd = os.fsdecode(os.fsencode(root / "images") + b"/caf\xe9.jpg")
    (root / "images/b.jpg").rename(odd)
    assert files(make(root)) == {"train": ["images/a.jpg"]}
    assert r"with a name that is no UTF-8 ('caf\udce9.jpg')" in caplog.text


def test_photographs_of_a_kind_that_is_not_read_are_named(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.heic").touch()
    with pytest.raises(DataError, match=r"not read \(.heic 1\)"):
        FolderDomain(tmp_path / "photos", class_set=CLASSES)


@pytest.mark.parametrize("split", ["train2017", "Validation", "test_2"])
def test_splits_with_a_year_or_a_number_are_splits(tmp_path, split):
    write(tmp_path / "photos", f"images/{split}/a.jpg", "images/train/b.jpg")
    assert set(make(tmp_path / "photos").splits) == {split, "train"}


@pytest.mark.parametrize(
    "name", ["a-mask.png", "a.Mask.png", "mask_a.png", "a_gtFine_color.png"]
)
def test_what_is_called_like_a_label_is_no_photograph(tmp_path, name):
    root = write(tmp_path / "photos", "images/a.jpg")
    write_label(root / "images" / name, np.ones((8, 16)))
    assert files(make(root)) == {"train": ["images/a.jpg"]}


def test_layouts_are_the_same_in_an_archive(tmp_path):
    root = write(tmp_path / "photos", "images/train/a.jpg", "images/val/b.jpg")
    write(root, "labels/val/b.png", "images/train/@eaDir/c.jpg")
    shutil.make_archive(str(tmp_path / "photos"), "zip", root)
    domain = make(tmp_path / "photos.zip")
    assert files(domain) == {
        "train": ["images/train/a.jpg"],
        "val": ["images/val/b.jpg"],
    }
    assert np.all(domain.read_label("images/val/b.jpg") == 1)
    (listing,) = domain.listings("train").values()
    assert listing.left_out == {THUMBNAILS: ("@eaDir/",)}
