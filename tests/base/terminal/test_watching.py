"""Who watches is told what a log is not."""

import io
import sys

import pytest

from benchmarks.parts.in_terminal import HIDDEN_CURSOR
from benchmarks.parts.in_terminal import watch
from tf_advseg.base.terminal.watching import is_watched
from tf_advseg.base.terminal.watching import saying

PROGRAM = """
import sys
from tf_advseg.base.terminal.watching import is_watched, saying
with saying("Loading ..."):
    print("Ranked 4 images")
print("watched" if is_watched(sys.stdout) else "not watched")
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_word_is_shown_while_one_waits_and_then_taken_away(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with saying("Loading ..."):
        assert terminal.getvalue() == "Loading ...\r"
    assert terminal.getvalue().endswith("\r\x1b[2K")


def test_it_is_taken_away_when_the_body_fails(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")

    @saying("Loading ...")
    def fails():
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            fails()
        assert terminal.getvalue().endswith("\r\x1b[2K")
    assert terminal.getvalue().count("Loading ...") == 2


def test_a_log_and_a_dumb_terminal_are_told_nothing(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    closed = Terminal()
    closed.close()
    for stream in (io.StringIO(), None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        assert not is_watched(stream)
        with saying("Loading ..."):
            pass
    for kind in ("dumb", "unknown"):
        monkeypatch.setenv("TERM", kind)
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        with saying("Loading ..."):
            pass
        assert not is_watched(terminal)
        assert terminal.getvalue() == ""


@pytest.mark.parametrize("kind", ["xterm-256color", "dumb"])
def test_in_a_terminal_of_its_own(kind):
    seen = watch(
        [sys.executable, "-c", PROGRAM], environment={"TERM": kind}, limit=60
    )
    assert seen.status == 0
    assert seen.is_sane
    assert HIDDEN_CURSOR not in seen.raw
    assert ("Loading ..." in seen.text) == (kind != "dumb")
    assert ("\x1b" in seen.raw) == (kind != "dumb")
    said = "not watched" if kind == "dumb" else "watched"
    assert seen.text.splitlines()[-1] == said
