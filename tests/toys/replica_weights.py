"""Weights after a toy training in a process of its own."""

import json
import subprocess
import sys

import numpy as np
from places import TOYS

PROGRAM = TOYS / "replica_program.py"


WEIGHTS = '(target_weights={"main": 0.5, "aux": 0.25})'


def weights_after_training(num_replicas, method, folder, **options):
    path = folder / f"{num_replicas}.npz"
    command = [sys.executable, PROGRAM, str(num_replicas), method, path]
    command += [json.dumps(options)] if options else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(path) as weights:
        return [weights[name] for name in weights.files]


def largest_difference(one, two):
    return max(np.abs(a - b).max() for a, b in zip(one, two, strict=True))
