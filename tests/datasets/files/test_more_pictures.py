"""Whoever reads an animated file hears what was left out of it."""

import pytest
from PIL import Image

from tf_advseg.datasets.files import more_pictures
from tf_advseg.datasets.files.image_files import read_rgb
from tf_advseg.export.edge.images.files import find_images
from tf_advseg.export.edge.images.frames import frames_of_files


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch):
    monkeypatch.setattr(more_pictures, "_said", set())


def write(path, number=3):
    colours = [(80 * i, 0, 0) for i in range(number)]
    first, *later = [Image.new("RGB", (16, 8), colour) for colour in colours]
    first.save(path, save_all=True, append_images=later)
    return path


@pytest.mark.parametrize("ending", ["gif", "png", "tif", "webp"])
def test_later_pictures_are_counted_once(tmp_path, caplog, ending):
    path = write(tmp_path / f"a.{ending}")
    assert read_rgb(path).max() < 9  # The first is black.
    read_rgb(path)
    (line,) = caplog.messages
    assert line.startswith(f"{str(path)!r} holds 3 pictures (")
    assert "the first is read, 2 are left out" in line


def test_files_of_one_picture_are_read_without_a_word(tmp_path, caplog):
    for ending in ("gif", "png", "tif", "webp", "jpg"):
        Image.new("RGB", (16, 8)).save(tmp_path / f"a.{ending}")
        read_rgb(tmp_path / f"a.{ending}")
    assert not caplog.messages


def test_a_folder_of_them_is_not_said_file_by_file(tmp_path, caplog):
    for i in range(25):
        read_rgb(write(tmp_path / f"{i}.gif", 2))
    assert len(caplog.messages) == 20
    assert caplog.messages[-1].endswith("Further files are not named.")


def test_the_edge_runner_says_it_too(tmp_path, capsys):
    path = write(tmp_path / "a.gif")
    (frame,) = frames_of_files(find_images(str(tmp_path)))
    assert frame.image is not None
    assert capsys.readouterr().err == (
        f"{str(tmp_path)!r}: 1 images taken, none left out.\n"
        f"{str(path)!r} holds 3 pictures: the first is read, 2 are left out.\n"
    )
