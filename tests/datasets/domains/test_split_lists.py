"""Lists of images, as other programs write them."""

import numpy as np
import pytest
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain


@pytest.fixture
def root(tmp_path):
    for name in ("a", "b", "cam 2/c"):
        write_image(tmp_path / f"images/{name}.jpg")
        write_label(tmp_path / f"labels/{name}.png", np.ones((8, 16)))
    (tmp_path / "classes.yaml").write_text(
        "classes: [{name: road, id: 0}, {name: car, id: 1}]\n"
        "splits: {dev: {from: train, list: dev.txt}}"
    )
    return tmp_path


def keys(root, text, encoding="utf-8"):
    (root / "dev.txt").write_text(text, encoding=encoding)
    return list(FolderDomain(root).keys("dev"))


def test_a_mark_of_byte_order_is_no_part_of_a_name(root):
    assert keys(root, "a\nb.jpg\n", "utf-8-sig") == [
        "images/a.jpg",
        "images/b.jpg",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "images/a.jpg labels/a.png",
        "/images/a.jpg /labels/a.png",
        "a.jpg\ta.png",
        "a.jpg, labels/a.png",
        r"images\a.jpg labels\a.png",
        "./images/a.jpg",
    ],
)
def test_a_line_may_have_its_label_and_begin_at_the_root(root, line):
    assert keys(root, line) == ["images/a.jpg"]


def test_names_with_spaces_are_names(root):
    line = "images/cam 2/c.jpg labels/cam 2/c.png"
    assert keys(root, line) == ["images/cam 2/c.jpg"]


@pytest.mark.parametrize("label", ["labels/b.png", "fine/a.png", "1"])
def test_another_label_than_is_read_is_refused(root, label):
    with pytest.raises(DataError, match=r"gives 'a.jpg' the label .* but by"):
        keys(root, f"a.jpg {label}")


def test_an_image_of_another_folder_is_not_taken_for_it(root):
    with pytest.raises(DataError, match="lists 1 images that"):
        keys(root, "night/a.jpg")


def test_a_name_of_two_images_needs_its_ending(root):
    write_image(root / "images/a.bmp")
    with pytest.raises(DataError, match="'a', which may be any of"):
        keys(root, "a")
    assert keys(root, "a.bmp") == ["images/a.bmp"]
