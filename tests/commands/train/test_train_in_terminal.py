"""What a person sees of a training, and what a log sees; real ones."""

import shlex
import signal
import subprocess
import sys

import pytest
from places import ROOT

from benchmarks.parts.in_terminal import HIDDEN_CURSOR
from benchmarks.parts.in_terminal import interrupt_at
from benchmarks.parts.in_terminal import plain
from benchmarks.parts.in_terminal import watch

pytestmark = pytest.mark.slow

STEPS = 60


def command(run, **changes):
    flags = {
        "backbone": "tiny",
        "weights": "none",
        "source": "streets-sim(size=(32, 64), train=4, val=2)",
        "target": "streets-real(size=(32, 64), train=4, val=2)",
        "source_size": "32x64",
        "target_size": "32x64",
        "steps": STEPS,
        "log_every": 2,
        "eval_every": 20,
        "snapshots": 2,
        "select_images": 4,
        "select_source_images": 2,
        "discriminator_width": 8,
        "compare": "none",
        "run": run,
    }
    flags |= changes
    words = [f"--{name}={value}" for name, value in flags.items()]
    return [sys.executable, str(ROOT / "tests/toys/toy_train.py"), *words]


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    run = tmp_path_factory.mktemp("runs") / "watched"
    return run, watch(command(run), folder=run.parent)


def test_a_person_sees_how_far_how_fast_and_how_well(watched):
    _, seen = watched
    assert seen.status == 0, seen.text
    assert f"0/{STEPS}  compiling the first step" in seen.text
    assert f"{STEPS}/{STEPS}" in seen.text
    assert "steps/s  ETA " in seen.text or "s/step  ETA " in seen.text
    assert "source/main " in seen.text
    # Evaluations stay; the bar has the last one, too.
    assert f"advent step {STEPS}  miou/target" in seen.text
    assert "last score: miou/target" in seen.text
    assert "label-free scores: " in seen.text
    # In place of a line for each log.
    assert f"step 2/{STEPS}" not in seen.text
    assert f"advent: {STEPS} steps in" in seen.text


def test_at_the_end_there_is_a_table_and_three_commands(watched):
    run, seen = watched
    end = seen.text[seen.text.rindex("mIoU of best.keras") :]
    _, commands = end.split("Next:\n")
    lines = [line.strip() for line in commands.splitlines() if line.strip()]
    typed = [shlex.split(line) for line in lines if not line.startswith("#")]
    assert [words[1] for words in typed] == ["report", "predict", "export"]
    assert all(str(run) in " ".join(words) for words in typed)


def test_the_terminal_is_as_it_was(watched):
    _, seen = watched
    assert seen.is_sane
    assert HIDDEN_CURSOR not in seen.raw
    assert "\x1b[?1049h" not in seen.raw  # No second screen.


def test_a_log_has_plain_lines_and_nothing_else(tmp_path, watched):
    run = tmp_path / "logged"
    done = subprocess.run(
        command(run), capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    for words in ("Next:", "Loading", "Building", "compiling", "steps in"):
        assert words not in done.stdout + done.stderr, words
    lines = done.stdout.splitlines()
    progress = [line for line in lines if f"/{STEPS}  " in line]
    # The first log, and the last: it took less than 30 seconds between.
    assert progress[0].startswith(f"advent step 2/{STEPS}  ")
    assert progress[-1].startswith(f"advent step {STEPS}/{STEPS}  ")
    assert all(" s/step  ETA " in line and "loss " in line for line in progress)
    # The rest, from the evaluations on, is what a person sees as well.
    seen = watched[1].text.replace("watched", "logged")
    for line in lines:
        if line.startswith("advent step") and "/" not in line.split("  ")[0]:
            assert line.split("  ")[0] in seen


def test_a_dumb_terminal_has_a_line_for_every_log(tmp_path):
    seen = watch(
        command(tmp_path / "run", steps=4, eval_every=0),
        folder=tmp_path,
        environment={"TERM": "dumb"},
    )
    assert seen.status == 0, seen.text
    assert "\x1b" not in seen.raw
    assert "advent step 2/4  " in seen.text
    assert "advent step 4/4  " in seen.text
    assert "Next:" not in seen.text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_however_it_ends_the_cursor_is_there(tmp_path, number):
    seen = watch(
        command(tmp_path / "run", steps=5000),
        folder=tmp_path,
        act=interrupt_at(r"\b\d\d+/5000", number),
        environment={"NO_COLOR": "1"},
    )
    assert HIDDEN_CURSOR not in seen.raw
    assert seen.is_sane
    assert "\x1b[36m" not in seen.raw  # NO_COLOR: it moves, without colours.
    if number == signal.SIGKILL:
        assert seen.status == -9
        return
    assert seen.status == 130
    after = seen.raw[seen.raw.rindex("Interrupted: finishing this step") :]
    assert "Saved. Go on with: --run=" in plain(after)
    assert plain(after).splitlines()[-1].startswith("Saved. Go on with")
