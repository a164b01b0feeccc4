"""Processes are measured, and those that hang do not hang their maker."""

import os
import sys
import threading
import time

import pytest

from benchmarks.parts.processes import Processes
from benchmarks.parts.processes import cores
from benchmarks.parts.processes import stay_on

DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', flush=True); time.sleep(60)"
)


def python(code):
    return [sys.executable, "-c", code]


def test_status_time_and_memory_are_measured(tmp_path):
    # This process' own memory, which Linux takes for a child's, is more.
    mine = b"x" * (400 << 20)
    code = "import time; x = b'x' * (200 << 20); time.sleep(.5); exit(3)"
    ended = Processes().run(python(code), tmp_path / "log")
    assert len(mine) > 300 << 20
    assert ended.status == 3
    assert ended.seconds > 0.5
    assert 200 < ended.peak_mb < 300


def test_the_memory_of_one_that_ends_at_once_is_measured(tmp_path):
    ended = Processes().run(python("x = b'x' * (50 << 20)"), tmp_path / "log")
    assert ended.status == 0
    assert ended.peak_mb > 0


def test_what_it_says_is_added_to_the_log(tmp_path):
    processes, log = Processes(), tmp_path / "log"
    processes.run(python("print(1)"), log)
    processes.run(python("import sys; print(2, file=sys.stderr)"), log)
    assert log.read_text() == "1\n2\n"


def test_one_that_is_silent_is_killed_and_the_log_says_so(tmp_path):
    log = tmp_path / "log"
    ended = Processes(silence=0.5).run(python(DEAF), log)
    assert ended.status == -9
    assert "killed: silent for" in log.read_text().splitlines()[-1]


def test_what_an_earlier_life_was_silent_does_not_count(tmp_path):
    log = tmp_path / "log"
    log.touch()
    os.utime(log, (0, 0))
    command = python("import time; time.sleep(0.5); print('alive')")
    assert Processes(silence=60).run(command, log).status == 0
    assert log.read_text() == "alive\n"


def test_one_that_does_not_end_when_told_is_killed(tmp_path):
    processes, log = Processes(grace=0.2), tmp_path / "log"
    found = []
    thread = threading.Thread(
        target=lambda: found.append(processes.run(python(DEAF), log))
    )
    thread.start()
    while not (log.exists() and "here" in log.read_text()):
        time.sleep(0.02)
    processes.stop()
    thread.join(timeout=20)
    assert found[0].status == -9
    assert processes.run(python("print(1)"), log) is None


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="no affinity here"
)
def test_a_worker_and_what_it_starts_stay_on_one_core(tmp_path):
    log = tmp_path / "log"
    core = cores(1)[0]

    def work():
        stay_on(core)
        code = "import os; print(os.sched_getaffinity(0))"
        Processes().run(python(code), log)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert log.read_text() == f"{{{core}}}\n"
    assert core in os.sched_getaffinity(0)
