"""Threads that keep order and hold few items; a progress line with an ETA."""

import io
import threading
import time

import pytest

from tf_advseg.base.bounded_map import bounded_map
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched


def test_results_come_in_the_order_of_the_items():
    def slow_for_even(item):
        time.sleep(0.01 if item % 2 == 0 else 0)
        return 10 * item

    found = list(bounded_map(slow_for_even, range(8), workers=3))
    assert found == [10 * item for item in range(8)]


def test_few_items_are_taken_ahead_of_the_consumer():
    taken = []

    def items():
        for item in range(100):
            taken.append(item)
            yield item

    results = bounded_map(str, items(), ahead=4)
    for used, _ in enumerate(results, start=1):
        assert len(taken) - used <= 4


def test_one_worker_calls_in_order_in_one_thread():
    calls = []

    def note(item):
        calls.append((item, threading.get_ident()))

    list(bounded_map(note, range(20), workers=1))
    assert [item for item, _ in calls] == list(range(20))
    assert len({thread for _, thread in calls}) == 1


def test_an_error_comes_in_its_turn_and_ends_the_rest():
    started = []

    def fail_at_three(item):
        started.append(item)
        if item == 3:
            raise ValueError("three")
        return item

    results = bounded_map(fail_at_three, range(100), ahead=2)
    found = []
    with pytest.raises(ValueError, match="three"):
        found.extend(results)
    assert max(started) <= 3 + 2 + 1


def test_a_consumer_may_leave_early():
    before = threading.active_count()
    results = bounded_map(abs, range(1000))
    assert next(results) == 0
    results.close()
    assert threading.active_count() == before


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def _clock(*times):
    return iter(times).__next__


def test_progress_says_how_long_it_will_take():
    # Started at 0 s; at 10 s one of five is done: 40 s are left.
    progress = Progress(5, clock=_clock(0, 0, 10), stream=io.StringIO())
    progress.advance()
    assert progress.text() == "1/5 images (20 %), 0.10 a second, 40 s left"


def test_progress_without_a_total_has_no_estimate():
    progress = Progress(None, clock=_clock(0, 0, 2), stream=io.StringIO())
    progress.advance()
    assert progress.text() == "1 images, 0.50 a second"


def test_a_log_file_gets_few_whole_lines():
    stream = io.StringIO()
    seconds = iter(range(1000))
    progress = Progress(100, stream=stream, clock=lambda: next(seconds))
    assert list(watched(range(100), progress)) == list(range(100))
    lines = stream.getvalue().splitlines()
    assert 2 <= len(lines) <= 10
    assert "\r" not in stream.getvalue()
    assert lines[-1].startswith("100 images in ")


def test_a_terminal_gets_one_line_that_is_rewritten():
    stream = _Terminal()
    seconds = iter(range(1000))
    progress = Progress(3, stream=stream, clock=lambda: next(seconds))
    list(watched(range(3), progress))
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") >= 2
