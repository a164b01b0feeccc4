"""Layers and optimizers on two replicas, against one."""

import json
import subprocess
import sys

import pytest
from places import TOYS

PROGRAM = TOYS / "two_replicas_of_the_networks.py"


@pytest.fixture(scope="module")
def numbers():
    return {num: _run(num) for num in (1, 2)}


def _run(num_replicas):
    done = subprocess.run(
        [sys.executable, PROGRAM, str(num_replicas)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_moving_statistics_are_the_mean_over_replicas(numbers):
    # Means 2 and 14; unbiased variances 8 and 32.
    mean, variance = numbers[2]["statistics"]
    assert mean == pytest.approx(0.1 * (2 + 14) / 2)
    assert variance == pytest.approx(0.9 + 0.1 * (8 + 32) / 2)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_two_replicas_make_the_steps_of_one(numbers, optimizer):
    one, two = (numbers[num][optimizer] for num in (1, 2))
    assert two == pytest.approx(one, rel=1e-6)
    assert one[0] != 1.0


@pytest.mark.slow
def test_rules_hold_on_replicas(numbers):
    stem, block, head = (1 - weight for weight in numbers[2]["sgd"])
    assert head == pytest.approx(10 * stem, rel=0.01)
    assert block > 3 * stem


@pytest.mark.slow
def test_the_rate_of_the_backbone_holds_on_replicas(numbers):
    stem, _, head = (1 - weight for weight in numbers[2]["adamw"])
    assert head == pytest.approx(2 * stem, rel=0.01)
