"""Two replicas equal one with the same global batch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).parent / "replica_program.py"


def weights_after_training(num_replicas, method, folder):
    path = folder / f"{num_replicas}.npz"
    command = [sys.executable, PROGRAM, str(num_replicas), method, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(path) as weights:
        return [weights[name] for name in weights.files]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["advent", "adaptsegnet"])
def test_two_replicas_equal_one(method, tmp_path):
    """Frozen batch norm, and labelled pixels counted over both replicas.

    The halves of the batch have very different numbers of labelled pixels:
    averaging each replica's own mean would miss by far more.
    """
    options = '(target_weights={"main": 0.5, "aux": 0.25})'
    one = weights_after_training(1, method + options, tmp_path)
    two = weights_after_training(2, method + options, tmp_path)
    assert len(one) == len(two)
    largest = max(np.abs(a - b).max() for a, b in zip(one, two, strict=True))
    assert largest < 1e-6
