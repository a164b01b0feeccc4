"""Weights after a toy training in a process with devices of its own."""

import atexit
import functools
import json
import subprocess
import sys

import numpy as np
from places import TOYS

PROGRAM = TOYS / "replica_program.py"
WEIGHTS = '(target_weights={"main": 0.5, "aux": 0.25})'


_OF_ONE = {}
"""What one replica learned, which many others are compared with."""


def weights_after_training(num_replicas, method, folder, **options):
    """Trains each time; of one replica only if it was not asked for before."""
    if num_replicas > 1:
        return _trained(num_replicas, method, folder, options)
    key = method, json.dumps(options, sort_keys=True)
    if key not in _OF_ONE:
        _OF_ONE[key] = _trained(1, method, folder, options)
    return _OF_ONE[key]


def _trained(num_replicas, method, folder, options):
    path = folder / f"{num_replicas}.npz"
    asked = json.dumps([num_replicas, method, str(path), options])
    process = _process()
    process.stdin.write(asked + "\n")
    process.stdin.flush()
    told = process.stdout.readline()
    assert told, f"The process ended: {process.poll()}."
    assert not json.loads(told), json.loads(told)[-2000:]
    with np.load(path) as weights:
        return [weights[name] for name in weights.files]


@functools.cache
def _process():
    """One for all, so that TensorFlow is imported once."""
    process = subprocess.Popen(
        [sys.executable, PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process


def largest_difference(one, two):
    return max(np.abs(a - b).max() for a, b in zip(one, two, strict=True))
