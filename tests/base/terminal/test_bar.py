"""The bar: rate without the first step, time left, numbers, last score."""

import io
import logging
import sys

import pytest

from benchmarks.parts.in_terminal import HIDDEN_CURSOR
from benchmarks.parts.in_terminal import plain
from tf_advseg.base.terminal.bar import Bar
from tf_advseg.base.terminal.console import Console
from tf_advseg.training.callbacks.progress import ProgressBar


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def bar(clock, width=100, **options):
    console = Console(io.StringIO())
    console.width = width
    return Bar("advent", 100, console=console, clock=clock, **options)


def drawn(bar):
    """What it looks like now, without colours."""
    console = bar._console
    console.file = io.StringIO()
    console.print(bar)
    return plain(console.file.getvalue())


def test_until_the_first_step_it_says_that_it_compiles(clock):
    one = bar(clock)
    clock.now = 12
    assert "0/100  compiling the first step, 12 s" in drawn(one)


def test_the_first_step_counts_for_no_rate(clock):
    one = bar(clock, done=10)
    clock.now = 60
    one.move(11)
    assert "11/100" in drawn(one)
    assert "ETA" not in drawn(one)
    clock.now = 64
    one.move(13)
    assert one.pace == 4 / 2
    assert "13/100  2.0 s/step  ETA 2 min 54 s" in drawn(one)
    clock.now = 70  # Between steps nothing jumps.
    assert "13/100  2.0 s/step  ETA 2 min 54 s" in drawn(one)


def test_many_steps_a_second_are_said_so(clock):
    one = bar(clock)
    one.move(1)
    clock.now = 4
    one.move(33)
    assert "33/100  8.0 steps/s  ETA 8 s" in drawn(one)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_numbers_and_scores_fit_every_width(clock, width):
    one = bar(clock, width)
    callback = ProgressBar(one, lambda _: None, clock)
    one.start()
    callback.start = 0, 0
    losses = {f"loss_{index}": index / 7 for index in range(12)}
    callback.on_train_batch_end(1, losses | {"health/entropy": 9.25})
    callback.on_train_batch_end(2, {})  # Not every step has numbers.
    callback.on_evaluation(2, {"miou/target": 45.678})
    callback.on_scores(2, {"selection/a": 0.5, "selection_ema/b": 0.25})
    text = drawn(one)
    one.stop()
    assert max(map(len, text.splitlines())) <= width
    words = " ".join(text.split())
    for index in range(12):
        assert f"loss_{index} " in words
    assert "9.25" not in words
    assert "last score: miou/target 45.68 (step 2)" in words
    assert "label-free scores: a 0.5 (step 2)" in words


def test_what_is_printed_while_it_stands_is_above_it(clock, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    handler = logging.StreamHandler(terminal)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    one = Bar("advent", 100, clock=clock)
    one.start()
    print("a line")
    logging.getLogger().warning("a warning")
    one.stop()
    assert handler.stream is sys.stderr is terminal
    sent = terminal.getvalue()
    assert HIDDEN_CURSOR not in sent
    text = plain(sent)
    assert "a line" in text and "a warning" in text
    # A bar is drawn again below each.
    assert text.rindex("compiling") > text.index("a warning")
    # And taken away at the end: lines are erased.
    assert sent.rstrip("\r\n").endswith("\x1b[2K")


def test_without_colours_if_asked(clock, monkeypatch):
    for no_colour in ("", "1"):
        monkeypatch.setenv("NO_COLOR", no_colour)
        monkeypatch.setenv("TERM", "xterm-256color")
        console = Console(io.StringIO())
        console.print(bar(clock))
        has_colour = "\x1b[36m" in console.file.getvalue()
        assert has_colour == (not no_colour)


def test_at_the_end_one_line_says_how_long_it_took(clock):
    lines = []
    callback = ProgressBar(bar(clock, done=40), lines.append, clock)
    callback.on_train_batch_begin(41)
    clock.now = 75
    callback.on_train_batch_end(50)
    callback.on_train_end()
    assert lines == ["advent: 10 steps in 1 min 15 s"]


def test_a_loop_without_a_step_draws_nothing(clock):
    lines = []
    callback = ProgressBar(bar(clock), lines.append, clock)
    callback.on_train_end()
    assert lines == []
    assert callback.bar._console.file.getvalue() == ""
