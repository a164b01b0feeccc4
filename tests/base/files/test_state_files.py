"""Whole states survive a crash at any byte, and damage is seen."""

import errno
import json
import os

import pytest

from tf_advseg.base.files import state_files
from tf_advseg.base.files.atomic_file import remove_leftovers
from tf_advseg.base.files.state_files import DamagedStates
from tf_advseg.base.files.state_files import StateFiles

TEXT = b"0123456789"


def write_text(text):
    def write(prefix):
        prefix.with_suffix(".index").write_bytes(text[:3])
        prefix.with_suffix(".data").write_bytes(text)

    return write


@pytest.fixture
def files(tmp_path):
    files = StateFiles(tmp_path / "states")
    files.save(2, write_text(TEXT))
    files.save(4, write_text(TEXT[::-1]))
    return files


def newest(files):
    """The step of the newest sound state, and what was told of others."""
    told = []
    return files.newest_sound(told.append).step, told


def test_the_newest_state_is_read_and_older_ones_go(files):
    assert newest(files) == (4, [])
    files.save(6, write_text(TEXT))
    assert [state.step for state in files.states()] == [4, 6]


def test_the_newest_is_the_last_one_written_whatever_its_step(files):
    files.save(2, write_text(TEXT))  # As after a roll-back.
    assert newest(files) == (2, [])


def test_a_spared_state_stays_when_newer_ones_come(tmp_path):
    files = StateFiles(tmp_path / "states", keep=2, spared=3)
    for step in range(2, 7):
        files.save(step, write_text(TEXT))
    assert [state.step for state in files.states()] == [3, 5, 6]


def test_no_folder_is_no_state(tmp_path):
    assert StateFiles(tmp_path / "none").newest_sound() is None


@pytest.mark.parametrize("length", range(len(TEXT)))
def test_a_file_cut_at_any_byte_falls_back_and_says_so(files, length):
    path = files.states()[-1].path / "state.data"
    path.write_bytes(path.read_bytes()[:length])
    step, (sentence,) = newest(files)
    assert step == 2
    assert f"state.data has {length} bytes, expected 10" in sentence
    assert "000002-step-4" in sentence
    assert "000001-step-2, the one before, is used instead" in sentence
    assert (files.folder / "000002-step-4.damaged").is_dir()


@pytest.mark.parametrize("length", [0, 1, 20, 60])
def test_a_manifest_cut_short_falls_back(files, length):
    path = files.states()[-1].path / "manifest.json"
    path.write_bytes(path.read_bytes()[:length])
    step, (sentence,) = newest(files)
    assert step == 2
    assert "manifest.json is not readable JSON" in sentence


def test_a_flipped_bit_is_seen(files):
    path = files.states()[-1].path / "state.data"
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(data)
    step, (sentence,) = newest(files)
    assert step == 2
    assert "state.data does not have the SHA-256" in sentence


@pytest.mark.parametrize("name", ["state.data", "state.index", "manifest.json"])
def test_a_missing_file_is_named(files, name):
    (files.states()[-1].path / name).unlink()
    step, (sentence,) = newest(files)
    assert step == 2
    assert f"{name} is missing" in sentence


def test_if_all_are_damaged_nothing_is_touched(files):
    for state in files.states():
        (state.path / "state.data").write_bytes(b"")
    before = sorted(files.folder.rglob("*"))
    with pytest.raises(DamagedStates, match=r"None of the states.*Nothing was"):
        files.newest_sound()
    assert sorted(files.folder.rglob("*")) == before


def test_a_damaged_state_does_not_push_out_a_good_one(files):
    (files.states()[-1].path / "state.data").write_bytes(b"")
    newest(files)
    files.save(4, write_text(TEXT))
    assert [state.step for state in files.states()] == [2, 4]
    assert list(files.folder.glob("*.damaged"))
    files.save(6, write_text(TEXT))
    files.save(8, write_text(TEXT))
    assert not list(files.folder.glob("*.damaged"))


@pytest.mark.parametrize("stop", range(1, 12))
def test_a_writer_that_dies_anywhere_leaves_the_states(
    files, monkeypatch, stop
):
    """Dies at its `stop`-th flush, rename or write."""
    calls = iter(range(1, 1000))

    class Died(BaseException):
        pass

    def mortal(function):
        def call(*arguments, **keywords):
            if next(calls) == stop:
                raise Died
            return function(*arguments, **keywords)

        return call

    def write(prefix):
        mortal(write_text(TEXT))(prefix)

    with monkeypatch.context() as patch, pytest.raises(Died):
        # A killed process cleans nothing up.
        patch.setattr(state_files.shutil, "rmtree", lambda *a, **k: None)
        patch.setattr(os, "fsync", mortal(os.fsync))
        patch.setattr(os, "rename", mortal(os.rename))
        files.save(6, write)
        raise Died  # Nobody was left to stop.
    step, told = newest(files)
    assert step in (4, 6)
    assert told == []
    files.remove_leftovers()
    assert not list(files.folder.glob(".*"))
    files.save(8, write_text(TEXT))
    assert newest(files) == (8, [])


def test_a_writer_that_fails_leaves_the_states_and_no_rubbish(files):
    def write(prefix):
        prefix.with_suffix(".data").write_bytes(TEXT)
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(files.folder.rglob("*"))
    with pytest.raises(OSError, match="No space left"):
        files.save(6, write)
    assert sorted(files.folder.rglob("*")) == before


def test_a_folder_that_vanished_does_not_come_back_empty(tmp_path):
    with pytest.raises(FileNotFoundError):
        StateFiles(tmp_path / "gone" / "states").save(1, write_text(TEXT))


def test_the_manifest_says_what_each_file_is(files):
    text = (files.states()[0].path / "manifest.json").read_text()
    assert json.loads(text)["files"]["state.data"] == {
        "bytes": 10,
        # printf 0123456789 | sha256sum
        "sha256": "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f"
        "882f7882",
    }


def test_leftovers_of_killed_writers_are_removed(tmp_path):
    leftovers = (f".{'0af' * 10}bb.keras", f".{'b' * 32}", "tmpa1b2c3d4")
    others = ("best.keras", ".gitignore", "tmpfile", "metrics.csv")
    for name in leftovers + others:
        (tmp_path / name).write_text("")
    remove_leftovers(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(others)
    remove_leftovers(tmp_path / "none")
