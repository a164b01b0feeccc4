"""What a runner that died left behind, the next one removes."""

import subprocess
import sys

import pytest

from tf_advseg.export.edge import temporary
from tf_advseg.export.edge.temporary import temporary_path

WRITER = """
import sys, time
from pathlib import Path
from tf_advseg.export.edge.temporary import temporary_path
with temporary_path(Path(sys.argv[1]) / "a.png") as path:
    path.write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def writer(tmp_path):
    """A process in the middle of writing a file."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def write(folder):
    temporary._clean_once.cache_clear()
    with temporary_path(folder / "b.png") as path:
        path.write_text("whole")


def test_what_was_killed_is_removed(writer, tmp_path):
    writer.kill()
    writer.wait()
    (tmp_path / ".mine.png").write_text("")
    assert len(list(tmp_path.iterdir())) == 2
    write(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {".mine.png", "b.png"}


def test_what_a_living_one_writes_stays(writer, tmp_path):
    write(tmp_path)
    assert len(list(tmp_path.glob(".tf_advseg_edge-*"))) == 1
    assert writer.poll() is None


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "a.png").write_text("old")
    with (
        pytest.raises(RuntimeError, match="stop"),
        temporary_path(tmp_path / "a.png") as path,
    ):
        path.write_text("half")
        raise RuntimeError("stop")
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_text() == "old"
