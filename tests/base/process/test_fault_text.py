"""Faults of the machine end in one sentence; what is saved stays whole.

The faults are real ones wherever a test can have them: a small file system
that is full or read-only (root only), limits of the process, memory that
nobody has.
"""

import errno
import os
import shutil
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from places import TOYS
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.base.files import folder_lock as run_lock
from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.base.process import launch
from tf_advseg.base.process.fault_text import Fault
from tf_advseg.base.process.fault_text import explain
from tf_advseg.commands import train as training_command
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs.faults import faults_explained
from tf_advseg.runs.folder import RunFolder
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks import metrics_log
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.checkpoints import save_state
from tf_advseg.training.callbacks.metrics_log import MetricsLog


def mount(*arguments):
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mount is not permitted: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def model():
    model = AdversarialSegmenter(toy_segmenter(), methods.MinEnt())
    model.compile(optimizer=keras.optimizers.Adam(1e-3))
    return model


def fill(folder):
    """Leaves one page: enough for a folder, too little for a state."""
    size = shutil.disk_usage(folder).free - 4096
    (folder / "filler").write_bytes(b"\1" * size)


def sentence_of(action, folder=""):
    with pytest.raises(Exception) as caught:
        action()
    return explain(caught.value, folder)


def save(folder, model, step):
    save_state(model, folder, step)


def test_full_disk_while_a_checkpoint_is_written(small_disk, model):
    save(small_disk, model, 1)
    fill(small_disk)
    before = sorted(small_disk.rglob("*"))
    sentence = sentence_of(lambda: save(small_disk, model, 2), small_disk)
    assert sentence.startswith(f"The disk is full ({small_disk}/.writing-")
    assert "Free some space." in sentence
    assert sorted(small_disk.rglob("*")) == before
    assert restore_newest(model, small_disk) == 1


def test_full_disk_while_a_model_is_written(small_disk, model):
    path = small_disk / "last.keras"
    save_segmenter(model.segmenter, path, {"step": 1})
    fill(small_disk)
    sentence = sentence_of(
        lambda: save_segmenter(model.segmenter, path, {"step": 2})
    )
    assert sentence.startswith(f"The disk is full ({path})")
    assert read_metadata(path)["step"] == 1
    assert sorted(p.name for p in small_disk.iterdir()) == [
        "filler",
        "last.keras",
    ]


def test_full_disk_leaves_no_half_row(small_disk):
    log = MetricsLog(small_disk / "metrics.csv")
    log.write(1, {"loss": 0.5})
    fill(small_disk)
    numbers = {f"number/{index}": 1 / 3 for index in range(1000)}
    sentence = sentence_of(lambda: log.write(2, numbers), small_disk)
    assert sentence.startswith(f"The disk is full ({log.path})")
    assert metrics_log.read(log.path) == [(1, "loss", "0.5")]
    assert log.path.read_text() == "step,name,value\n1,loss,0.5\n"


def test_a_device_that_is_always_full(tmp_path):
    path = tmp_path / "full"
    path.symlink_to("/dev/full")

    def write():
        with open(path, "wb", buffering=0) as file:
            file.write(b"\1")

    assert sentence_of(write, tmp_path) == (
        f"The disk is full ({tmp_path}). Free some space."
    )


# No file longer than 4 KiB; Python ignores the signal that comes. The limit
# holds for the whole process, for what pytest writes too: hence a child.
LIMITED = """
import resource, sys
from pathlib import Path
import keras
from toy_networks import toy_segmenter
from tf_advseg import methods
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks.checkpoints import save_state
from tf_advseg.base.process.fault_text import explain
from tf_advseg.networks.model_file import save_segmenter
folder = Path(sys.argv[1])
model = AdversarialSegmenter(toy_segmenter(), methods.MinEnt())
model.compile(optimizer=keras.optimizers.Adam(1e-3))
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for save in (
    lambda: save_state(model, folder, 1),
    lambda: save_segmenter(model.segmenter, folder / "last.keras", {}),
):
    try:
        save()
    except Exception as error:
        print(explain(error, folder))
"""


def test_limit_on_file_sizes(tmp_path):
    output = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(TOYS)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    state, network = output.splitlines()
    for sentence in (state, network):
        assert sentence.startswith("The file is larger than the file system")
    assert "last.keras" in network
    assert list(tmp_path.iterdir()) == []


def test_read_only_output_ends_before_training(small_disk):
    mount("-o", "remount,ro", str(small_disk))
    settings = TrainSettings(run=str(small_disk / "run"))
    with pytest.raises(Fault, match=r"The file system is read-only \(") as it:
        training_command.run(settings, write=pytest.fail)
    assert "No checkpoint was saved yet." in str(it.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_forbidden_output_ends_before_training(tmp_path):
    tmp_path.chmod(0o500)
    settings = TrainSettings(run=str(tmp_path / "run"))
    with pytest.raises(Fault, match="Permission is denied"):
        training_command.run(settings, write=pytest.fail)


def test_a_folder_that_vanishes(tmp_path, model):
    run = RunFolder(tmp_path / "run")
    run.prepare(TrainSettings(run=str(run.path)))
    log = MetricsLog(run.metrics_csv)
    save(run.checkpoints, model, 1)
    shutil.rmtree(run.path)
    for action in (
        lambda: log.write(1, {"loss": 0.5}),
        lambda: save(run.checkpoints, model, 2),
    ):
        sentence = sentence_of(action, run.path)
        assert sentence.startswith(f"The folder {run.path} is gone")
    assert not run.path.exists()


def test_a_disk_that_is_unmounted(small_disk, model):
    run = RunFolder(small_disk / "run")
    run.prepare(TrainSettings(run=str(run.path)))
    subprocess.run(["umount", "-l", str(small_disk)], check=True)
    sentence = sentence_of(lambda: save(run.checkpoints, model, 1), run.path)
    mount("-t", "tmpfs", "tmpfs", str(small_disk))  # For the fixture's end.
    assert sentence.startswith(f"The folder {run.path} is gone")


def test_an_input_output_error_of_the_system():
    def read():
        # Nothing is mapped at address 0.
        with open("/proc/self/mem", "rb", buffering=0) as file:
            file.read(1)

    assert "input/output error" in sentence_of(read)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EIO, "input/output error"),
        (errno.ESTALE, "network share was lost"),
        (errno.ENOTCONN, "network share is not connected"),
        (errno.EDQUOT, "quota is used up"),
    ],
)
def test_a_lost_share_leaves_the_last_state(
    tmp_path, model, monkeypatch, number, words
):
    """No test can have a lost share: the flush to it fails instead."""
    save(tmp_path, model, 1)

    def fail(handle):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        sentence = sentence_of(lambda: save(tmp_path, model, 2), tmp_path)
    assert words in sentence
    assert restore_newest(model, tmp_path) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "greedy",
    [
        lambda: np.ones(1 << 45),
        lambda: tf.ones([1 << 20, 1 << 25]),
    ],
)
def test_too_little_memory_says_what_needs_less(greedy):
    sentence = sentence_of(greedy)
    assert sentence.startswith("Out of memory")
    for option in ("--batch_size", "--crop", "--accumulate", "--remat"):
        assert option in sentence


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(
            None, None, "OOM when allocating tensor with shape[8,64,512,512]"
        ),
        tf.errors.InternalError(None, None, "CUDA_ERROR_OUT_OF_MEMORY: out of"),
        tf.errors.InternalError(None, None, "Failed to allocate 8 bytes"),
        RuntimeError("std::bad_alloc"),
    ],
)
def test_words_of_graphics_cards_are_known(error):
    assert explain(error).startswith("Out of memory")


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(
            None, None, "/run/x.index; No space left on device"
        ),
        RuntimeError(
            "Can't write data (file write failed: errno = 28, error message "
            "= 'No space left on device')"
        ),
    ],
)
def test_words_of_libraries_are_known(error):
    assert explain(error).startswith("The disk is full")


@pytest.mark.parametrize(
    "error",
    [
        KeyError("no space left"),
        ValueError("--steps must be at least 1; received 0."),
        tf.errors.InvalidArgumentError(None, None, "shapes do not match"),
    ],
)
def test_other_errors_are_not_talked_over(error):
    assert explain(error) is None


def test_a_sentence_that_was_made_of_a_fault_is_kept():
    try:
        try:
            raise PermissionError(errno.EACCES, "Permission denied", "a.png")
        except OSError as error:
            raise ValueError("The image a.png cannot be read.") from error
    except ValueError as error:
        assert explain(error) is None


def test_the_sentence_says_what_is_left(tmp_path):
    def write(prefix):
        prefix.with_suffix(".data").write_bytes(b"1")

    (tmp_path / "checkpoints").mkdir()
    StateFiles(tmp_path / "checkpoints").save(40, write)
    with pytest.raises(Fault) as it, faults_explained(str(tmp_path)):
        raise OSError(errno.ENOSPC, "No space left on device", "last.keras")
    assert str(it.value) == (
        "The disk is full (last.keras). Free some space. The checkpoint of "
        f"step 40 is whole; go on with --run={tmp_path} --resume"
    )


def test_commands_end_with_the_sentence_and_status_1(monkeypatch, capsys):
    monkeypatch.delenv("TF_ADVSEG_TRACEBACK", raising=False)

    def prepare():
        raise MemoryError

    assert launch.launch(prepare) == 1
    assert capsys.readouterr().err.startswith("error: Out of memory")


def test_two_processes_do_not_train_into_one_folder(tmp_path):
    program = (
        "import sys, time\n"
        "from tf_advseg.base.files import folder_lock\n"
        "with folder_lock.held(sys.argv[1]):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(600)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(run_lock.FolderInUse, match=f"process {holder.pid} on "),
        run_lock.held(tmp_path),
    ):
        pytest.fail("Both hold the lock.")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with run_lock.held(tmp_path):  # A dead process holds nothing.
        assert f"process {os.getpid()}" in (tmp_path / "run.lock").read_text()
