"""The runner lists folders as training does."""

import os
from pathlib import Path

from tf_advseg.datasets.domains.folders import listing
from tf_advseg.export.edge.images import files


def names(where, **options):
    return [file.name for file in files.find_images(str(where), **options)]


def touch(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def test_kinds_and_folders_of_thumbnails_are_those_of_training():
    assert {*files.IMAGE_SUFFIXES} == {*listing.IMAGE_ENDINGS}
    assert {*files.THUMBNAIL_FOLDERS} == {*listing.THUMBNAIL_FOLDERS}


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
        f"{str(tmp_path)!r}: 1 images taken, 3 files left out (in folders of "
        "thumbnails 1, not read: .heic 1, with names that are no UTF-8 1).\n"
    )
