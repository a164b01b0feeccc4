"""`--strategy=multi_worker` from the command line: results, files, faults."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import toy_workers
from places import TOYS
from replica_weights import largest_difference

from tf_advseg.base.process.exit_status import LOST_WORKER
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.experiment.registry import make_domain
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.training.callbacks import metrics_log

PROGRAM = TOYS / "toy_train.py"
TARGET = "streets-real(size=(32, 64), train=4, val=3)"
STEPS = 60
FLAGS = [
    "--preset=plain",
    "--method=advent",
    "--backbone=tiny",
    "--weights=none",
    "--discriminator_width=8",
    "--source=streets-sim(size=(32, 64), train=4, val=2)",
    f"--target={TARGET}",
    "--source_size=32x64",
    "--target_size=32x64",
    f"--steps={STEPS}",
    "--optimizer=sgd",
    "--learning_rate=0.001",
    "--head_factor=1",
    "--log_every=3",
    "--health_every=5",
    "--checkpoint_every=5",
    "--eval_every=30",
    "--snapshots=2",
    "--select_images=2",
    "--compare=none",
]
pytestmark = pytest.mark.slow


def command(run, *more):
    return [PROGRAM, "--strategy=multi_worker", f"--run={run}", *FLAGS, *more]


def outputs(folder):
    return [toy_workers.output_of(folder, index)[-2000:] for index in (0, 1)]


def train_with_two(folder, *more):
    """Runs two workers to the end in folder/run."""
    run = folder / "run"
    statuses = toy_workers.run_all([command(run, *more)] * 2, folder)
    assert statuses == [0, 0], outputs(folder)
    return run


def train_alone(run, *more):
    flags = [f"--run={run}", *FLAGS, "--strategy=one_device", *more]
    done = subprocess.run(
        [sys.executable, PROGRAM, *flags],
        capture_output=True,
        text=True,
        check=False,
        timeout=toy_workers.SECONDS,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return run


def wait_for_step(run, step, processes):
    """Returns when that step was logged."""
    deadline = time.monotonic() + toy_workers.SECONDS
    while time.monotonic() < deadline:
        rows = metrics_log.read(run / "metrics.csv")
        if rows and rows[-1][0] >= step:
            return
        assert all(process.poll() is None for process in processes)
        time.sleep(0.02)
    raise AssertionError(f"Step {step} was never reached.")


def weights_of(run, name="last.keras"):
    return load_segmenter(run / name)[0].get_weights()


def assert_same_run(ours, theirs):
    """Weights, logs and numbers, bit by bit."""
    for name in ("last.keras", "best.keras"):
        assert (
            largest_difference(weights_of(ours, name), weights_of(theirs, name))
            == 0
        )
    for name in ("metrics.csv", "metrics.json", "metrics_best.json"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return train_with_two(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return train_alone(tmp_path_factory.mktemp("alone") / "run")


def test_two_workers_learn_what_one_process_learns(whole, alone):
    assert largest_difference(weights_of(whole), weights_of(alone)) < 1e-6
    ours, theirs = (
        metrics_log.read(run / "metrics.csv") for run in (whole, alone)
    )
    assert [row[:2] for row in ours] == [row[:2] for row in theirs]
    # Numbers of health are means of what each replica sees of itself.
    pairs = [
        (float(row[2]), float(other[2]))
        for row, other in zip(ours, theirs, strict=True)
        if not row[1].startswith("health/")
    ]
    np.testing.assert_allclose(*zip(*pairs, strict=True), atol=1e-3)


@pytest.mark.parametrize(
    ("model", "numbers"),
    [("last.keras", "metrics.json"), ("best.keras", "metrics_best.json")],
)
def test_evaluation_by_two_is_exactly_that_by_one(model, numbers, whole):
    """The chosen weights are the chief's: the other worker must get them."""
    segmenter, _ = load_segmenter(whole / model)
    ensemble = Ensemble([segmenter])
    found = evaluate_segmenter(
        ensemble, make_domain(TARGET), "val", size=(32, 64)
    )
    assert json.loads((whole / numbers).read_text()) == found.to_dict()


def test_only_the_chief_writes(whole, alone):
    names = {path.relative_to(whole) for path in whole.rglob("*")}
    of_one = {path.relative_to(alone) for path in alone.rglob("*")}
    assert names == of_one
    assert sorted(path.name for path in whole.parent.iterdir()) == [
        "run",
        "worker_0.txt",
        "worker_1.txt",
    ]
    chief, other = outputs(whole.parent)
    assert f"advent step {STEPS}/{STEPS}" in chief
    assert other.startswith("Worker 1 (127.0.0.1:")
    assert other.endswith(") of 2, counted from 0, waits for the others.\n")
    assert other.count("\n") == 1


@pytest.mark.parametrize("victim", [0, 1])
def test_a_killed_worker_ends_the_other_and_resuming_loses_nothing(
    victim, whole, alone, tmp_path
):
    run, survivor = tmp_path / "run", 1 - victim
    with toy_workers.started([command(run)] * 2, tmp_path) as processes:
        wait_for_step(run, 21, processes)
        processes[victim].kill()
        begun = time.monotonic()
        status = processes[survivor].wait(60)
    assert status == LOST_WORKER, outputs(tmp_path)
    assert time.monotonic() - begun < 60
    lines = toy_workers.output_of(tmp_path, survivor).splitlines()
    errors = [line for line in lines if line.startswith("error:")]
    assert len(errors) == 1
    assert "Another worker stopped or cannot be reached" in errors[0]
    assert "Traceback" not in "".join(lines)
    if victim == 1:
        train_with_two(tmp_path, "--resume")
        assert_same_run(run, whole)
    else:  # With another number of replicas it is equal up to rounding.
        train_alone(run, "--resume")
        assert largest_difference(weights_of(run), weights_of(alone)) < 1e-6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_any_worker_stops_all_at_the_same_step(
    number, whole, tmp_path
):
    run = tmp_path / "run"
    with toy_workers.started([command(run)] * 2, tmp_path) as processes:
        wait_for_step(run, 12, processes)
        processes[1].send_signal(number)
        statuses = [process.wait(60) for process in processes]
    assert statuses == [128 + number] * 2, outputs(tmp_path)
    train_with_two(tmp_path, "--resume")
    assert_same_run(run, whole)


def test_workers_with_other_flags_do_not_start(tmp_path):
    run = tmp_path / "run"
    commands = [command(run), command(run, "--seed=1")]
    assert toy_workers.run_all(commands, tmp_path) == [1, 1]
    for text in outputs(tmp_path):
        assert "error: Worker 1 has another flag than the chief" in text
        assert "--seed is 1, not 0" in text
        assert "Traceback" not in text
    assert not run.exists()


def test_what_the_chief_refuses_ends_the_others_too(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "config.json").write_text("{}")
    assert toy_workers.run_all([command(run)] * 2, tmp_path) == [1, 1]
    chief, other = outputs(tmp_path)
    assert "already holds a run; give --resume" in chief
    assert "Worker 1 stops: the chief (worker 0) could not go on" in other
    assert "Traceback" not in other
