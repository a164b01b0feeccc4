"""The runner lists folders as training does."""

import os
from pathlib import Path

from tf_advseg.datasets.domains.folders import listing
from tf_advseg.export.edge.images import files
from tf_advseg.export.edge.images import names as by_name


def names(where, **options):
    return [file.name for file in files.find_images(str(where), **options)]


def touch(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def test_kinds_and_folders_of_thumbnails_are_those_of_training():
    assert {*by_name.IMAGE_SUFFIXES} == {*listing.IMAGE_ENDINGS}
    assert {*by_name.THUMBNAIL_FOLDERS} == {*listing.THUMBNAIL_FOLDERS}
    assert {*by_name.LABEL_FOLDERS} == {*listing.LABEL_FOLDERS}


def test_links_are_followed_but_never_back(tmp_path):
    touch(tmp_path, "disk/x.jfif", "photos/a.jpg")
    (tmp_path / "photos/town").symlink_to(tmp_path / "disk")
    (tmp_path / "photos/loop").symlink_to(tmp_path / "photos")
    (tmp_path / "disk/up").symlink_to(tmp_path)
    assert names(tmp_path / "photos") == ["a", "town/x"]


def test_a_link_to_nothing_is_left_to_reading(tmp_path):
    (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")
    assert names(tmp_path) == ["a"]


def test_what_is_left_out_is_said(tmp_path, capsys):
    touch(tmp_path, "a.jpg", "b.heic", "@eaDir/a.jpg/S.jpg", ".hidden.jpg")
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")
    Path(odd).touch()
    assert names(tmp_path) == ["a"]
    assert capsys.readouterr().err == (
        f"{str(tmp_path)!r}: 1 images taken, 4 files left out (hidden 1, in "
        "folders of thumbnails 1, not read: .heic 1, with names that are no "
        "UTF-8 1).\n"
    )


def test_that_nothing_is_left_out_is_said_too(tmp_path, capsys):
    touch(tmp_path, "a.jpg", "b/c.png", ".DS_Store")
    assert names(tmp_path) == ["a", "b/c"]
    assert capsys.readouterr().err == (
        f"{str(tmp_path)!r}: 2 images taken, none left out.\n"
    )


def test_labels_beside_photos_are_left_out_and_counted(tmp_path, capsys):
    touch(tmp_path, "a.jpg", "a_mask.png", "labels/a.png")
    assert names(tmp_path) == ["a"]
    assert capsys.readouterr().err == (
        f"{str(tmp_path)!r}: 1 images taken, 2 files left out (in a folder "
        "that is called like one of labels 1, by their names labels of images "
        "beside them 1).\n"
    )
    # Asked for by name, they are images like others.
    assert names(tmp_path / "labels") == ["a"]
