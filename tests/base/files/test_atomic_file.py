"""A file is the old one or the new one."""

import errno

import pytest

from tf_advseg.base.files.atomic_file import atomic_path


def test_an_error_names_the_file_and_not_the_temporary_one(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(OSError) as caught, atomic_path(path) as temporary:
        raise OSError(errno.ENOSPC, "No space left", str(temporary))
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_an_error_about_another_file_names_that(tmp_path):
    with (
        pytest.raises(FileNotFoundError) as caught,
        atomic_path(tmp_path / "a.json"),
    ):
        (tmp_path / "b.json").read_text()
    assert caught.value.filename == str(tmp_path / "b.json")


def test_a_missing_folder_is_an_error(tmp_path):
    path = tmp_path / "gone" / "a.json"
    with pytest.raises(FileNotFoundError) as caught, atomic_path(path):
        pytest.fail("There is no such folder.")
    assert caught.value.filename == str(path)


def test_the_file_may_be_read_by_whom_the_umask_says(tmp_path):
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("")
    with atomic_path(ours) as temporary:
        temporary.write_text("")
    assert ours.stat().st_mode == plain.stat().st_mode
