"""Lines of progress: each one in a terminal, few in a log file."""

from tf_advseg.training.callbacks.progress import Progress

PACE = 10
"""Seconds a step."""


def lines(every, steps=8):
    """Of a training that logs after each step."""
    told, now = [], [0]
    progress = Progress(
        steps, write=told.append, every=every, clock=lambda: now[0]
    )
    for step in range(1, steps + 1):
        progress.on_train_batch_begin(step)
        now[0] += PACE
        progress.on_train_batch_end(step, {"loss": 1.0})
    return [line.split()[1] for line in told], told


def test_in_a_terminal_every_log_has_a_line():
    assert lines(0)[0] == [f"{step}/8" for step in range(1, 9)]


def test_in_a_log_file_there_is_one_in_30_seconds_and_the_last():
    steps, told = lines(30)
    assert steps == ["1/8", "4/8", "7/8", "8/8"]
    assert all("10.00 s/step" in line for line in told)
