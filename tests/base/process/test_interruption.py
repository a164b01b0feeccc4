"""Signals end a program in good order, wherever they come."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.base.process.interruption import Interruption


def send(number=signal.SIGTERM):
    os.kill(os.getpid(), number)


def test_by_default_a_signal_ends_what_is_under_way():
    lines = []
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted), Interruption(lines.append) as it:
        send()
        pytest.fail("It went on.")
    assert it.status == 143
    assert lines == ["Terminated: stopping."]
    assert signal.getsignal(signal.SIGTERM) is before


def test_who_waits_is_not_disturbed():
    lines = []
    with Interruption(lines.append) as it:
        it.waits = True
        send(signal.SIGINT)
    assert it.status == 130
    assert lines == ["Interrupted: finishing this step, then saving."]


@pytest.mark.parametrize("looks", [True, False])
def test_what_cannot_be_said_within_a_print_is_said_after_it(looks):
    lines, printing = [], True

    def write(line):
        if printing:
            raise RuntimeError("reentrant call inside <_io.BufferedWriter>")
        lines.append(line)

    with Interruption(write) as it:
        it.waits = True
        send(signal.SIGINT)
        printing = False
        if looks:
            assert it.came()
            assert it.came()
    assert lines == ["Interrupted: finishing this step, then saving."]


def test_whoever_it_comes_to_all_know_of_it():
    it = Interruption()
    assert not it.came()
    assert it.came(lambda status: 143)
    assert it.status == 143
    assert it.came()


def test_one_that_comes_while_workers_agree_is_not_lost():
    """A worker spends much of its time waiting for the slowest one."""

    def agree(status):
        send()
        return status

    with Interruption(lambda line: None) as it:
        it.waits = True
        assert not it.came(agree)  # The others do not know of it yet.
        assert it.came()
    assert it.status == 143


def test_a_second_signal_kills():
    program = (
        "import os, signal\n"
        "from tf_advseg.base.process.interruption import Interruption\n"
        "with Interruption() as it:\n"
        "    it.waits = True\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    print(it.status, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    print('alive')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGTERM
    assert done.stdout.splitlines()[-1] == "143"


def test_what_may_be_abandoned_is():
    with Interruption(lambda line: None) as it:
        it.waits = True
        with pytest.raises(Interrupted), it.at_once():
            send()
            pytest.fail("It went on.")
        assert it.waits


def test_what_may_be_abandoned_is_not_begun_after_a_signal():
    with Interruption(lambda line: None) as it:
        it.waits = True
        send()
        with pytest.raises(Interrupted), it.at_once():
            pytest.fail("It was begun.")


@pytest.mark.parametrize("abandonable", [True, False])
def test_errors_that_others_make_of_it_are_seen_through(abandonable):
    """A generator within `tf.data` ends in an error of TensorFlow's."""

    def fails():
        try:
            send()
        except Interrupted as error:
            raise RuntimeError("from a callback") from error

    with pytest.raises(Interrupted), Interruption(lambda line: None) as it:
        if abandonable:
            with it.at_once():
                fails()
        fails()


def test_errors_of_its_own_stay_errors():
    it = Interruption(lambda line: None)
    with pytest.raises(OSError, match="full"), it:
        it.waits = True
        send()
        raise OSError("full")  # While the step was being saved, say.


def test_in_another_thread_nobody_listens():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def run():
        with Interruption():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
