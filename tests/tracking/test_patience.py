"""A tracker that is away costs a sentence, and no number."""

import numpy as np
import pytest
from toy_tracker import ToyTracker

from tf_advseg.tracking import patience
from tf_advseg.tracking.patience import PatientTracker
from tf_advseg.tracking.tracker import Number
from tf_advseg.tracking.tracker import Story


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def toy():
    return ToyTracker()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    return []


@pytest.fixture
def patient(toy, clock, told):
    return PatientTracker(toy, told.append, clock)


def test_what_could_not_be_sent_comes_later_in_order(toy, clock, told, patient):
    patient.numbers(1, {"loss": 3.0})
    toy.is_away = True
    for step in range(2, 7):
        patient.numbers(step, {"loss": 3.0 / step})
    assert toy.got == [(1, "loss", 3.0)]
    toy.is_away = False
    clock.seconds = patience.FIRST_PAUSE
    patient.numbers(7, {"loss": 0.0})
    assert [step for step, *_ in toy.got] == [1, 2, 3, 4, 5, 6, 7]
    assert told == [
        "WARNING: Toy cannot be told: no route to Toy. Training goes on; what "
        "is not sent is tried again."
    ]
    assert patient.end("FINISHED", []) == ""


def test_tries_become_rare_and_the_warning_stays_one(toy, clock, told, patient):
    toy.is_away = True
    for second in range(1000):
        clock.seconds = float(second)
        patient.numbers(second, {"loss": 0.0})
    # At 0, 30, 30 + 60, 90 + 120, 210 + 240, 450 + 480.
    assert toy.tries == 6
    assert len(told) == 1


def test_what_is_missing_in_the_end_is_said(tmp_path, toy, patient):
    toy.is_away = True
    patient.numbers(1, {"loss": 1.0, "miou": 2.0})
    patient.picture(1, "predictions", np.zeros((2, 2, 3), np.uint8))
    missing = patient.end("FINISHED", [(tmp_path / "run.yaml", "")])
    assert missing == (
        "2 numbers, picture predictions of step 1, run.yaml, the state FINISHED"
    )


def test_the_end_is_tried_whatever_was_before(tmp_path, toy, patient):
    toy.is_away = True
    patient.numbers(1, {"loss": 1.0})
    toy.is_away = False
    assert patient.end("KILLED", [(tmp_path / "run.yaml", "x")]) == ""
    assert toy.got == [(1, "loss", 1.0)]
    assert toy.files == [("run.yaml", "x")]
    assert toy.state == "KILLED"


def test_numbers_of_a_run_that_is_gone_on_with_are_owed(
    tmp_path, toy, told, patient
):
    before = [Number(step, "loss", 1.0, 0) for step in range(5)]
    patient.begin(Story(tmp_path, {}, {}, "", before))
    assert [step for step, *_ in toy.got] == [0, 1, 2, 3, 4]
    assert told == ["Toy: run 1."]


def test_what_is_no_error_ends_the_wait(toy, patient, monkeypatch):
    def stopped(numbers):
        raise KeyboardInterrupt

    monkeypatch.setattr(toy, "numbers", stopped)
    with pytest.raises(KeyboardInterrupt):
        patient.numbers(1, {"loss": 1.0})
