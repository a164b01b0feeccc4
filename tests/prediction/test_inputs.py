"""What `--input` finds, and outputs that must not meet."""

import os
from pathlib import Path

import pytest

from tf_advseg import prediction
from tf_advseg.base.checks import DataError
from tf_advseg.prediction import InputFile


def _touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def _names(where, **options):
    found = prediction.find_inputs(str(where), **options)
    return [file.name for file in found]


def test_a_folder_is_searched_with_its_subfolders(tmp_path):
    _touch(tmp_path, "b.png", "a/x.JPG", "a/b/x.jpeg", "ä ö.webp", "notes.txt")
    assert _names(tmp_path) == ["a/b/x", "a/x", "b", "ä ö"]


def test_hidden_files_and_folders_are_left_out(tmp_path):
    _touch(tmp_path, "a.png", "._a.png", ".cache/b.png")
    assert _names(tmp_path) == ["a"]


def test_a_folder_with_the_name_of_an_image_is_no_image(tmp_path):
    _touch(tmp_path, "x.png/y.png")
    assert _names(tmp_path) == ["x.png/y"]


def test_outputs_of_an_earlier_run_are_no_inputs(tmp_path):
    _touch(tmp_path, "a.png", "out/classes/a.png", "out/legend.png")
    assert _names(tmp_path, leave_out=tmp_path / "out") == ["a"]


def test_the_input_folder_cannot_take_the_outputs(tmp_path):
    _touch(tmp_path, "a.png")
    with pytest.raises(DataError, match="cannot take the outputs too"):
        prediction.find_inputs(str(tmp_path / "."), leave_out=tmp_path)


def test_a_pattern_keeps_the_path_below_its_fixed_part(tmp_path):
    _touch(tmp_path, "cam1/d/x.png", "cam2/x.png", "cam2/x.txt", "other/x.png")
    assert _names(tmp_path / "cam*" / "**" / "*") == ["cam1/d/x", "cam2/x"]


def test_a_file_may_have_a_name_that_looks_like_a_pattern(tmp_path):
    _touch(tmp_path, "x[1].png")
    assert _names(tmp_path / "x[1].png") == ["x[1]"]


def test_a_single_file_is_taken_by_its_name(tmp_path):
    _touch(tmp_path, "a/drive.MP4", "a/x.y.png")
    (video,) = prediction.find_inputs(str(tmp_path / "a/drive.MP4"))
    assert video.is_video
    assert video.name == "drive"
    assert _names(tmp_path / "a/x.y.png") == ["x.y"]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("gone", "does not exist"),
        ("gone/*.png", "matches no image"),
        (".", "hold no image"),
    ],
)
def test_nothing_to_predict_says_so(tmp_path, monkeypatch, where, message):
    monkeypatch.chdir(tmp_path)
    _touch(tmp_path, "a/notes.txt")
    with pytest.raises(DataError, match=message):
        prediction.find_inputs(where)


def test_equal_names_in_two_folders_stay_apart(tmp_path):
    _touch(tmp_path, "a/x.png", "b/x.png")
    files = prediction.find_inputs(str(tmp_path))
    prediction.check_outputs(files, tmp_path / "out", prediction.KINDS)
    paths = {
        prediction.output_path(Path("out"), "classes", file.name)
        for file in files
    }
    assert paths == {Path("out/classes/a/x.png"), Path("out/classes/b/x.png")}


def test_outputs_that_would_meet_are_refused(tmp_path):
    _touch(tmp_path, "x.png", "x.jpg")
    files = prediction.find_inputs(str(tmp_path))
    with pytest.raises(DataError, match=r"x\.\w+' and .*x\.\w+' would both"):
        prediction.check_outputs(files, tmp_path / "out", ["classes"])


def test_an_input_is_never_overwritten(tmp_path):
    _touch(tmp_path, "classes/x.png")
    files = prediction.find_inputs(str(tmp_path / "classes"))
    with pytest.raises(DataError, match="would overwrite an input"):
        prediction.check_outputs(files, tmp_path, ["overlay", "classes"])


def test_the_legend_does_not_overwrite_an_input(tmp_path):
    _touch(tmp_path, "legend.png")
    files = prediction.find_inputs(str(tmp_path / "*.png"))
    with pytest.raises(DataError, match=r"legend.png' would overwrite"):
        prediction.check_outputs(files, tmp_path, ["ids"])


def test_an_input_behind_a_link_is_not_overwritten_either(tmp_path):
    _touch(tmp_path, "real/classes/x.png")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files = [InputFile(tmp_path / "real/classes/x.png", "x")]
    with pytest.raises(DataError, match="would overwrite an input"):
        prediction.check_outputs(files, tmp_path / "link", ["classes"])


def test_kinds_are_read_from_a_list():
    assert prediction.parse_kinds("overlay, classes") == ("overlay", "classes")
    with pytest.raises(ValueError, match="Did you mean 'classes'"):
        prediction.parse_kinds("class")
    with pytest.raises(ValueError, match="nothing to save"):
        prediction.parse_kinds(" , ")


def test_what_is_no_photo_by_its_name_is_left_out_and_said(tmp_path, caplog):
    _touch(tmp_path, "a.jpg", "a_mask.png", "b.jfif", "c.heic")
    _touch(tmp_path, "@eaDir/a.jpg/SMALL.jpg", "labels/b.png")
    assert _names(tmp_path) == ["a", "b"]
    (line,) = caplog.messages
    assert f"{str(tmp_path)!r}: 2 files taken; 4 left out: " in line
    assert "not read (.heic 1)" in line
    caplog.clear()
    assert _names(tmp_path / "**" / "*") == ["a", "b"]
    assert "2 files taken; 4 left out: " in caplog.text


def test_a_name_that_is_no_utf8_is_refused(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")
    Path(path).touch()
    with pytest.raises(DataError, match="is no UTF-8, and outputs are named"):
        prediction.find_inputs(path)


@pytest.mark.parametrize("name", ["x.png", "*.png", ""])
def test_a_pipe_is_no_photo(tmp_path, name):
    """Whoever opened it would wait for ever."""
    os.mkfifo(tmp_path / "x.png")
    with pytest.raises(DataError, match=r"1 no files \(x.png\)"):
        prediction.find_inputs(str(tmp_path / name))
    _touch(tmp_path, "y.png")
    if name != "x.png":
        assert _names(tmp_path / name) == ["y"]
