"""What a command that ends with an error leaves behind."""

import subprocess
import sys
import textwrap
import time
import weakref

import pytest

from tf_advseg.base.process import launch


class Pipeline:
    """Whose threads end when nobody holds it any more."""


def test_a_bug_shows_its_traceback_and_holds_nothing():
    seen = []

    def prepare():
        pipeline = Pipeline()
        seen.append(weakref.ref(pipeline))
        try:
            raise KeyError("first")
        except KeyError:
            raise TypeError("a bug") from None

    with pytest.raises(TypeError, match="a bug") as caught:
        launch.launch(prepare)
    assert caught.traceback[-1].name == "prepare"
    assert seen[0]() is None


def stopped(body, number="SIGINT", seconds=0.0):
    """A program that is sent a signal; its status and standard error.

    Args:
        body: What `launch` prepares, as a program's text.
        number: The signal's name.
        seconds: After which it must be over.
    """
    program = (
        "import os, signal, sys, threading, time\n"
        "from tf_advseg.base.bounded_map import bounded_map\n"
        "from tf_advseg.base.process import launch\n"
        "launch.import_quietly = lambda: None\n"
        f"def kill(): os.kill(os.getpid(), signal.{number})\n"
        + textwrap.dedent(body)
        + "\nsys.exit(launch.end_at_once(launch.launch(prepare)))\n"
    )
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert not seconds or time.monotonic() - begun < seconds
    return done.returncode, done.stderr


IN_PREPARING = "def prepare(): kill(); time.sleep(9)"
IN_WORK = "def prepare(): return lambda: (kill(), time.sleep(9))"
IN_AN_IMPORT_THAT_SWALLOWS_IT = """
def importing():
    try:
        kill()
        time.sleep(9)
    except BaseException:
        pass
launch.import_quietly = importing
def prepare(): return lambda: print("it went on", file=sys.stderr)
"""
IN_WHAT_MAKES_AN_ERROR_OF_ITS_OWN_OF_IT = """
def work():
    try:
        kill()
        time.sleep(9)
    except BaseException as error:
        raise KeyError("from C") from error
def prepare(): return work
"""
IN_A_TRAINING_THAT_SAVES_FIRST = """
from tf_advseg.base.process.interruption import Interruption
def work():
    with Interruption(lambda text: None) as inner:
        inner.waits = True
        kill()
    kill()
    time.sleep(9)
def prepare(): return work
"""


@pytest.mark.parametrize(
    "body",
    [
        IN_PREPARING,
        IN_WORK,
        IN_AN_IMPORT_THAT_SWALLOWS_IT,
        IN_WHAT_MAKES_AN_ERROR_OF_ITS_OWN_OF_IT,
        IN_A_TRAINING_THAT_SAVES_FIRST,
    ],
)
@pytest.mark.parametrize(
    ("number", "status", "word"),
    [("SIGINT", 130, "Interrupted"), ("SIGTERM", 143, "Terminated")],
)
def test_a_signal_ends_a_command_with_one_sentence(body, number, status, word):
    found, told = stopped(body, number)
    assert found == status
    assert told.startswith(f"{word}: what is finished is kept")
    assert len(told.splitlines()) == 1


def test_nobody_waits_for_threads_that_wait_for_a_server():
    body = """
    def prepare():
        threading.Timer(0.5, kill).start()
        return lambda: list(bounded_map(time.sleep, [40, 40, 40]))
    """
    found, told = stopped(body, seconds=30)
    assert found == 130
    assert len(told.splitlines()) == 1


def test_a_second_signal_ends_it_without_a_word():
    body = """
    def work():
        try:
            kill()
            time.sleep(9)
        finally:
            kill()
            time.sleep(9)
    def prepare(): return work
    """
    assert stopped(body) == (-2, "")


@pytest.mark.parametrize("seconds", [0.3, 99])
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_threads_that_write_leave_no_temporary_file(tmp_path, number, seconds):
    status, _ = stopped(
        f"""
        from pathlib import Path
        from tf_advseg.base.files.atomic_file import atomic_path
        folder = Path({str(tmp_path)!r})
        def write(index):
            with atomic_path(folder / f"{{index}}.png") as temporary:
                temporary.write_text("half")
                if index == 2:
                    threading.Timer(0.1, kill).start()
                time.sleep({seconds} if index > 1 else 0)
                temporary.write_text("whole")
        def prepare():
            return lambda: list(bounded_map(write, range(9)))
        """,
        number,
    )
    assert status in (130, 143)
    left = {path.name for path in tmp_path.iterdir()}
    assert all(not name.startswith(".") for name in left)
    assert {"0.png", "1.png"} <= left < {f"{i}.png" for i in range(9)}
    for path in tmp_path.iterdir():
        assert path.read_text() == "whole"
