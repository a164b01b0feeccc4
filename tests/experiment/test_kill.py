"""A training that dies again and again ends as if it never had.

Real trainings in processes of their own; `python -m benchmarks.kills` does
more of it. They compute in one thread: several add up in another order.
"""

import signal
import subprocess
from pathlib import Path

import pytest

from benchmarks.parts.mortal_lives import Trainer
from benchmarks.parts.same_run import differences

pytestmark = pytest.mark.slow

DEATHS = [
    # At the operation of that number on the run's files; a life has 444.
    (signal.SIGKILL, 97),  # The first checkpoint is being written.
    (signal.SIGTERM, 112),
    (signal.SIGKILL, 75),
    (signal.SIGTERM, 90),
    (signal.SIGKILL, 110),
]
IN_RANKING = 76
"""An operation on the files of a run of `intrada`: labels are written."""
ENDS = {signal.SIGKILL: -9, signal.SIGTERM: 143}


@pytest.fixture(scope="module")
def trainer():
    with Trainer() as trainer:
        yield trainer


@pytest.fixture(scope="module")
def whole(trainer, tmp_path_factory):
    """The run that is never killed."""
    run = tmp_path_factory.mktemp("runs") / "whole"
    assert trainer.live(run)["status"] == 0, log_of(run)
    return run


def log_of(run):
    return Path(f"{run}.log").read_text()


def test_killed_five_times_it_ends_bit_equal(trainer, whole, tmp_path):
    run = tmp_path / "run"
    for number, event in DEATHS:
        end = trainer.live(run, number, event=event)
        assert end["status"] == ENDS[number], log_of(run)
    assert trainer.live(run)["status"] == 0, log_of(run)
    assert differences(run, whole) == []
    assert "then saving" in log_of(run)
    hidden = [p for p in run.rglob(".*") if p.is_file() or p.is_dir()]
    assert hidden == []  # Nothing of the dead is left.


def test_two_scales_killed_twice_end_bit_equal(trainer, tmp_path):
    """Windows are drawn where they would have been."""
    changes = {"method": "dacs", "detail_window": "16x16"}
    calm, run = tmp_path / "calm", tmp_path / "run"
    assert trainer.live(calm, **changes)["status"] == 0, log_of(calm)
    for event in (97, 90):
        end = trainer.live(run, event=event, **changes)
        assert end["status"] == -9, log_of(run)
    assert trainer.live(run, **changes)["status"] == 0, log_of(run)
    assert differences(run, calm) == []


def test_intrada_killed_while_it_ranks_and_trains_ends_bit_equal(
    trainer, whole, tmp_path
):
    changes = {
        "method": "intrada",
        "start": str(whole / "best.keras"),
        "class_weights": "balanced",
    }
    calm, run = tmp_path / "calm", tmp_path / "run"
    assert trainer.live(calm, **changes)["status"] == 0, log_of(calm)
    trainer.live(run, event=IN_RANKING, **changes)
    assert [p.name for p in run.glob(".*/easy_and_hard/*")] == ["labels"]
    assert not (run / "easy_and_hard").exists()
    for event in (120, 90):
        end = trainer.live(run, event=event, **changes)
        assert end["status"] == -9, log_of(run)
    assert trainer.live(run, **changes)["status"] == 0, log_of(run)
    assert log_of(run).count("Ranked 4 target images") == 1
    assert differences(run, calm) == []
    for path in (calm / "easy_and_hard").rglob("*.*"):
        other = run / path.relative_to(calm)
        assert path.read_bytes() == other.read_bytes()
    assert list(run.rglob(".*")) == []


def test_a_run_that_filled_the_disk_goes_on_when_there_is_space(
    trainer, whole, tmp_path
):
    disk = tmp_path / "disk"
    disk.mkdir()
    # Three states of 1.1 MiB and no fourth.
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mount is not permitted.")
    try:
        run = disk / "run"
        log = Path(f"{run}.log")
        log.symlink_to(tmp_path / "run.log")
        assert trainer.live(run)["status"] == 1
        assert "error: Fault: The disk is full (" in log.read_text()
        assert "is whole; go on with --run=" in log.read_text()
        subprocess.run(
            ["mount", "-o", "remount,size=64m", str(disk)], check=True
        )
        assert trainer.live(run)["status"] == 0, log.read_text()
        assert differences(run, whole) == []
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
