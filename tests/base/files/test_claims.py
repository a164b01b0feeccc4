"""What the dead left is removed, and nothing of the living."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from tf_advseg.base.files import claims
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.claims import remove_abandoned
from tf_advseg.base.files.claims import work_folder

WRITER = """
import sys, time
from pathlib import Path
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.claims import work_folder
with atomic_path(Path(sys.argv[1]) / "a.png") as file:
    file.write_text("half")
    with work_folder(Path(sys.argv[1])) as folder:
        (folder / "half").write_text("half")
        print("ready", flush=True)
        time.sleep(60)
"""


@pytest.fixture
def writer(tmp_path):
    """A process in the middle of writing a file and a folder."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def hidden(folder):
    return [p for p in folder.iterdir() if p.name.startswith(".")]


def test_what_a_living_process_writes_stays(writer, tmp_path):
    remove_abandoned(tmp_path)
    with work_folder(tmp_path):
        pass
    assert len(hidden(tmp_path)) == 2
    assert writer.poll() is None


def test_what_a_killed_process_left_is_removed(writer, tmp_path):
    writer.kill()
    writer.wait()
    assert len(hidden(tmp_path)) == 2
    remove_abandoned(tmp_path)
    assert hidden(tmp_path) == []


def test_who_first_writes_into_a_folder_cleans_it(writer, tmp_path):
    writer.kill()
    writer.wait()
    with atomic_path(tmp_path / "b.png") as temporary:
        temporary.write_text("b")
    assert [p.name for p in tmp_path.iterdir()] == ["b.png"]


@pytest.mark.parametrize("content", [None, "model.pb"])
def test_folders_of_killed_processes_go_whatever_is_in_them(tmp_path, content):
    folder = tmp_path / ".export-k2j3h4"
    folder.mkdir()
    if content:
        (folder / content).write_text("")
    with work_folder(tmp_path, ".export-") as ours:
        assert hidden(tmp_path) == [ours]
    assert hidden(tmp_path) == []


def test_nothing_is_removed_that_is_not_named_as_ours(tmp_path):
    names = [".git", f".{'0af' * 10}bb.keras", "a.png", "tf_advseg-x"]
    for name in names:
        (tmp_path / name).write_text("")
    (tmp_path / ".work").mkdir()
    with atomic_path(tmp_path / "b.png") as temporary, work_folder(tmp_path):
        temporary.write_text("b")
    found = {p.name for p in tmp_path.iterdir()}
    assert found == {*names, ".work", "b.png"}


def test_where_there_are_no_locks_nothing_is_removed(tmp_path, monkeypatch):
    (tmp_path / f"{claims.PREFIX}{'0' * 32}.png").write_text("")
    monkeypatch.setattr(claims, "fcntl", None)
    with work_folder(tmp_path) as folder:
        (folder / "file").write_text("")
        remove_abandoned(tmp_path)
        assert len(hidden(tmp_path)) == 2


def _make_and_sweep(parent, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with work_folder(parent) as folder:
            (folder / "file").write_text("")
            assert (folder / "file").read_text() == ""
        with claims.claimed_file(parent, ".png") as file:
            remove_abandoned(parent)
            os.replace(file, parent / f"{os.getpid()}.png")


def test_makers_and_removers_at_once_do_not_disturb_each_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    makers = [
        context.Process(target=_make_and_sweep, args=(tmp_path, 2))
        for _ in range(4)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert [maker.exitcode for maker in makers] == [0] * 4
    assert hidden(tmp_path) == []


def test_a_lock_ends_with_its_process(writer, tmp_path):
    writer.send_signal(signal.SIGSTOP)  # Silent, and alive.
    remove_abandoned(tmp_path)
    assert len(hidden(tmp_path)) == 2
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    remove_abandoned(tmp_path)
    assert hidden(tmp_path) == []


STOPPED = """
import os, signal, sys
from pathlib import Path
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.claims import work_folder
from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.base.process.interruption import Interruption
folder, moment, seen = Path(sys.argv[1]), int(sys.argv[2]), []
def hook(event, arguments):
    if event in ("open", "os.mkdir", "os.remove", "os.rmdir", "os.rename"):
        if str(arguments[0]).startswith(str(folder)):
            seen.append(event)
            if len(seen) == moment:
                os.kill(os.getpid(), signal.SIGTERM)
sys.addaudithook(hook)
try:
    with Interruption(lambda text: None):
        with work_folder(folder) as work:
            (work / "a").write_text("")
            (work / "b").write_text("")
        with atomic_path(folder / "c") as temporary:
            temporary.write_text("whole")
except Interrupted:
    sys.exit(143)
"""


def test_stopped_at_any_moment_nothing_is_left(tmp_path):
    """A signal may come while one is cleaning up, too."""
    moment, status = 0, 143
    while status == 143:
        moment += 1
        folder = tmp_path / str(moment)
        folder.mkdir()
        command = [sys.executable, "-c", STOPPED, str(folder), str(moment)]
        status = subprocess.run(command).returncode
        assert hidden(folder) == [], moment
        assert all(p.read_text() == "whole" for p in folder.iterdir())
    assert status == 0
    assert moment > 8
