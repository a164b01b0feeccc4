"""Several worker processes train as one process with the same batches."""

import json
import signal

import numpy as np
import pytest
import toy_workers
from places import TOYS
from replica_weights import WEIGHTS
from replica_weights import largest_difference
from replica_weights import weights_after_training

PROGRAM = TOYS / "replica_program.py"


def weights_of_workers(method, folder, num_workers=2, devices=1, **options):
    """Each worker's weights after the training of `replica_program`."""
    paths = [folder / f"of_worker_{index}.npz" for index in range(num_workers)]
    commands = [
        [PROGRAM, devices, method, path, json.dumps(options)] for path in paths
    ]
    statuses = toy_workers.run_all(commands, folder)
    outputs = [toy_workers.output_of(folder, i) for i in range(num_workers)]
    assert statuses == [0] * num_workers, "\n".join(o[-2000:] for o in outputs)
    found = []
    for path in paths:
        with np.load(path) as weights:
            found.append([weights[name] for name in weights.files])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("method", ["advent", "adaptsegnet"])
def test_two_workers_equal_one_process(method, tmp_path):
    """Frozen batch norm; both methods have two levels here."""
    one = weights_after_training(1, method + WEIGHTS, tmp_path)
    chief, other = weights_of_workers(method + WEIGHTS, tmp_path)
    assert largest_difference(chief, other) == 0
    assert largest_difference(chief, one) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("batch_norm", ["trainable", "reference"])
def test_synchronised_batch_norm_does_not_see_the_workers(batch_norm, tmp_path):
    method = "adaptsegnet" + WEIGHTS
    one = weights_after_training(1, method, tmp_path, batch_norm=batch_norm)
    two = weights_after_training(2, method, tmp_path, batch_norm=batch_norm)
    chief, other = weights_of_workers(method, tmp_path, batch_norm=batch_norm)
    assert largest_difference(chief, other) == 0
    assert largest_difference(chief, one) < 1e-5
    assert largest_difference(two, one) < 1e-5


@pytest.mark.slow
def test_workers_with_two_devices_each_equal_one_process(tmp_path):
    method = "advent" + WEIGHTS
    one = weights_after_training(1, method, tmp_path)
    chief, other = weights_of_workers(
        method, tmp_path, devices=2, steps_per_loop=4
    )
    assert largest_difference(chief, other) == 0
    assert largest_difference(chief, one) < 1e-6


@pytest.mark.slow
def test_sigterm_still_ends_a_worker(tmp_path):
    """TensorFlow's own handler would swallow what clusters send."""
    code = (
        "import signal, time;"
        "from tf_advseg.training.distributed.strategies import make_strategy;"
        "make_strategy('multi_worker'); time.sleep(2);"
        "signal.raise_signal(signal.SIGTERM); time.sleep(20)"
    )
    statuses = toy_workers.run_all([["-c", code]] * 2, tmp_path)
    assert statuses == [-signal.SIGTERM] * 2
