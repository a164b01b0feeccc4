"""One command, run twice on all cores, gives the same bits."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from tf_advseg.model_file import load_segmenter

COMMAND = (
    *(sys.executable, "-m", "tf_advseg.train", "--method=advent"),
    *("--source=streets-sim(train=8)", "--target=streets-real(train=8, val=2)"),
    *("--weights=none", "--steps=4", "--log_every=1", "--snapshots=0"),
    *("--compare=none", "--report=false", "--batch_size=2"),
)


@pytest.mark.slow
def test_two_runs_of_one_command_are_bit_equal(tmp_path):
    """At the default size, where operations do run beside each other."""
    for name in ("first", "second"):
        command = [*COMMAND, f"--run={tmp_path / name}"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
    first, second = tmp_path / "first", tmp_path / "second"
    rows = [(run / "metrics.csv").read_text() for run in (first, second)]
    assert rows[0] == rows[1]
    for one, two in zip(weights(first), weights(second), strict=True):
        np.testing.assert_array_equal(one, two)


def weights(run):
    segmenter, _ = load_segmenter(run / "last.keras")
    return [keras.ops.convert_to_numpy(v.value) for v in segmenter.variables]
