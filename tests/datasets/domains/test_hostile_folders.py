"""Folders as they should not be: handled, or refused in one sentence."""

import os
import time
import unicodedata

import numpy as np
import pytest
from hostile_files import NAMES
from hostile_files import bomb
from toy_domains import CLASSES
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.datasets.domains.folders import folder_files
from tf_advseg.datasets.domains.folders.folder_files import list_files
from tf_advseg.datasets.files.image_files import read_rgb


def refusal(path):
    with pytest.raises(DataError) as caught:
        read_rgb(path)
    return str(caught.value)


def test_links_back_to_a_folder_are_not_followed(tmp_path):
    write_image(tmp_path / "images/a.png")
    (tmp_path / "images/loop").symlink_to(tmp_path / "images")
    (tmp_path / "images/up").symlink_to("..")
    assert list_files(tmp_path / "images", (".png",)) == ["a.png"]


def test_links_between_two_folders_end(tmp_path):
    for one, other in ("ab", "ba"):
        write_image(tmp_path / one / "x.png")
        (tmp_path / one / "other").symlink_to(tmp_path / other)
    assert list_files(tmp_path / "a", (".png",)) == ["other/x.png", "x.png"]


def test_other_links_are_followed(tmp_path):
    write_image(tmp_path / "disk/x.png")
    (tmp_path / "images").mkdir()
    (tmp_path / "images/town").symlink_to(tmp_path / "disk")
    (tmp_path / "images/y.png").symlink_to(tmp_path / "disk/x.png")
    assert list_files(tmp_path / "images", (".png",)) == ["town/x.png", "y.png"]


def test_a_link_to_nothing_is_named_when_it_is_read(tmp_path):
    (tmp_path / "a.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "b.png")
    assert list_files(tmp_path, (".png",)) == ["a.png", "b.png"]
    assert refusal(tmp_path / "a.png").endswith(
        "a.png' is a link to a file that does not exist."
    )
    assert "b.png' is not a file." in refusal(tmp_path / "b.png")


def test_pipes_are_no_images(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    assert list_files(tmp_path, (".png",)) == []


def test_names_of_all_kinds_are_read(tmp_path):
    for name in NAMES:
        write_image(tmp_path / "images" / f"{name}.png")
        write_label(tmp_path / "labels" / f"{name}.png", np.ones((8, 16)))
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    keys = domain.keys("train")
    assert len(keys) == len(NAMES)
    assert domain.missing_labels("train") == []
    assert check_domain(domain, "train", needs_labels=True).num_read == 10
    assert "\n" not in refusal(tmp_path / "no\nimage.png")


def test_a_name_that_is_no_text_can_be_read_and_printed(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.png"
    write_image(tmp_path / "x.png").rename(os.fsdecode(path))
    (name,) = list_files(tmp_path, (".png",))
    assert read_rgb(tmp_path / name).shape == (8, 16, 3)
    (tmp_path / name).write_bytes(b"")
    refusal(tmp_path / name).encode("utf-8")


def test_both_spellings_of_an_accent_are_one_name(tmp_path):
    composed = unicodedata.normalize("NFC", "café")
    write_image(tmp_path / "images" / f"{composed}.png")
    decomposed = unicodedata.normalize("NFD", "café")
    write_label(tmp_path / "labels" / f"{decomposed}.png", np.ones((8, 16)))
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    assert domain.missing_labels("train") == []


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_unopened(tmp_path):
    sentence = refusal(bomb(tmp_path / "bomb.png"))
    assert "bomb.png' has too many pixels; expected at most" in sentence
    sentence = refusal(bomb(tmp_path / "big.png", 10_000, 10_000))
    assert "big.png' has 10000 x 10000 pixels; expected" in sentence


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "a.jpg").touch()
    assert "a.jpg' is empty (0 bytes)." in refusal(tmp_path / "a.jpg")


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    path = write_image(tmp_path / "a.png")
    # Whoever runs the tests as root may read everything.
    monkeypatch.setattr("PIL.Image.open", refuse)
    assert "a.png' cannot be read: Permission denied." in refusal(path)


def test_a_folder_that_may_not_be_listed_is_named(tmp_path, monkeypatch):
    def refuse(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folder_files.os, "scandir", refuse)
    with pytest.raises(DataError) as caught:
        list_files(tmp_path, (".png",))
    assert str(caught.value) == (
        f"The folder {str(tmp_path)!r} cannot be listed: Permission denied; "
        "make it readable, or take it out of the data's folder."
    )


@pytest.mark.slow
def test_a_hundred_thousand_files_are_listed_in_seconds(tmp_path):
    for kind, ending in (("images", "jpg"), ("labels", "png")):
        (tmp_path / kind).mkdir()
        for i in range(100_000):
            (tmp_path / kind / f"{i:06d}.{ending}").touch()
    start = time.monotonic()
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    assert len(domain.keys("train")) == 100_000
    assert domain.missing_labels("train") == []
    assert time.monotonic() - start < 20
