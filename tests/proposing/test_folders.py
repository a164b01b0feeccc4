"""Folders of which nobody said what their labels mean, and bad ones."""

import pytest
import toy_pair_of_folders as toy
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.proposing import folders


def rename(root, old, new):
    (root / old).rename(root / new)
    return root


def unlabelled(root):
    return toy.folder(root)


def empty(root):
    root.mkdir()
    return root


def jpeg_labels(root):
    toy.folder(root, toy.ids())
    for path in list((root / "labels").iterdir()):
        Image.open(path).save(path.with_suffix(".jpg"))
        path.unlink()
    return root


def other_names(root):
    toy.folder(root, toy.ids())
    for path in list((root / "labels").iterdir()):
        path.rename(path.with_name(f"frame{path.name}"))
    return root


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (unlabelled, "No image of .* has a label"),
        (empty, "holds no images"),
        (jpeg_labels, "holds no label: .* JPEG changes the numbers"),
        (other_names, "None of the 3 labels .* 'frame0.png' is the first"),
    ],
)
def test_a_source_that_cannot_be_learned_from_is_a_sentence(
    tmp_path, make, message
):
    root = make(tmp_path / "renders")
    with pytest.raises(DataError, match=message):
        domain, _ = folders.without_classes(root)
        folders.check_labelled(domain, "train")


@pytest.mark.parametrize("name", ["masks", "gt", "SegmentationClass"])
def test_labels_are_found_by_what_people_call_their_folder(tmp_path, name):
    root = rename(toy.folder(tmp_path / "a", toy.ids()), "labels", name)
    domain, found = folders.without_classes(root)
    assert found == name
    folders.check_labelled(domain, "train")
    assert len(domain.keys("train")) == 3


def test_two_folders_that_may_hold_the_labels_are_told(tmp_path):
    root = toy.folder(tmp_path / "a", toy.ids())
    rename(root, "labels", "masks")
    for index in range(3):
        toy.save(root / f"gt/{index}.png", toy.ids())
    with pytest.raises(DataError, match="may lie in 'gt' or 'masks'"):
        folders.without_classes(root)


def test_labels_beside_their_images_are_found(tmp_path):
    for index in range(3):
        toy.save(tmp_path / f"a/{index}.jpg", toy.photo())
        toy.save(tmp_path / f"a/{index}_mask.png", toy.ids())
    domain, _ = folders.without_classes(tmp_path / "a")
    folders.check_labelled(domain, "train")


def test_the_same_folder_twice_is_refused(tmp_path, monkeypatch):
    toy.folder(tmp_path / "a", toy.ids())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="are the same folder; expected one"):
        folders.open_both("a", str(tmp_path / "a/../a"))


def test_the_only_split_is_taken_and_of_several_one_is_asked_for(tmp_path):
    for split in ("day", "night"):
        toy.folder(tmp_path / "b" / split, toy.ids())
    domain, _ = folders.without_classes(tmp_path / "b")
    with pytest.raises(DataError, match="no split 'train'; it has day, night"):
        folders.choose_split(domain, "train", "source_split")
    assert folders.choose_split(domain, "night", "source_split") == "night"
    toy.folder(tmp_path / "c" / "day", toy.ids())
    domain, _ = folders.without_classes(tmp_path / "c")
    assert folders.choose_split(domain, "train", "source_split") == "day"


def test_a_labelled_split_that_is_not_trained_on_is_to_evaluate_on(tmp_path):
    root = toy.folder(tmp_path / "photos", toy.ids())
    domain, _ = folders.without_classes(root)
    assert folders.labelled_split(domain, "val", "train") is None
    toy.folder(root / "dusk", toy.ids())
    toy.folder(root / "rain")
    domain, _ = folders.without_classes(root)
    assert folders.labelled_split(domain, "val", "train") == "dusk"
    toy.folder(root / "val", toy.ids())
    domain, _ = folders.without_classes(root)
    assert folders.labelled_split(domain, "val", "train") == "val"
    assert isinstance(domain, FolderDomain)
