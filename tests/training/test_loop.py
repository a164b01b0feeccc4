"""The loop and what watches it."""

import os
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter
from toy_training import Recorder
from toy_training import batches
from toy_training import compiled
from toy_training import weights_of

from tf_advseg import methods
from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.base.process.interruption import Interruption
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks import metrics_log
from tf_advseg.training.callbacks.candidate_scores import CandidateScores
from tf_advseg.training.callbacks.checkpoints import Checkpoints
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.interruption import StopOnInterrupt
from tf_advseg.training.callbacks.metrics_log import MetricsLog
from tf_advseg.training.callbacks.target_evaluation import TargetEvaluation
from tf_advseg.training.callbacks.tensorboard_log import TensorBoardLog
from tf_advseg.training.log_means import LogState
from tf_advseg.training.log_means import NonFiniteLoss
from tf_advseg.training.loop import train

TRAINERS = pytest.mark.parametrize(
    "method",
    [
        methods.MinEnt(),
        methods.Dacs(threshold=0.4),  # Believes an untrained teacher.
        methods.SelfTraining(threshold=0.9, share=0.5),
    ],
    ids=lambda method: method.name,
)


@TRAINERS
def test_loop_equals_train_step_called_by_hand(method):
    ours, plain = compiled(method), compiled(method)
    train(ours, batches(), steps=3)
    for seed in range(3):
        plain.train_step(toy_batch(seed=seed))
    for a, b in zip(weights_of(ours), weights_of(plain), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_logs_are_means_since_the_last_time():
    every, sparse = Recorder(), Recorder()
    train(compiled(), batches(), steps=5, log_every=1, callbacks=[every])
    train(compiled(), batches(), steps=5, log_every=2, callbacks=[sparse])
    losses = [logs["loss"] for _, logs in every.seen]
    found = {step: logs["loss"] for step, logs in sparse.seen if logs}
    assert set(found) == {2, 4, 5}
    assert found[4] == pytest.approx((losses[2] + losses[3]) / 2, rel=1e-5)
    assert found[5] == pytest.approx(losses[4], rel=1e-5)


def test_nan_names_the_loss_and_leaves_the_last_checkpoint(tmp_path):
    def poison(inputs, labels):
        return {**inputs, "target": inputs["target"] * np.nan}, labels

    good = batches().take(2)
    bad = batches(2).map(poison)
    model = compiled()
    saver = Checkpoints(tmp_path, every=1, steps=9)
    with pytest.raises(NonFiniteLoss, match=r"'target/.+' became nan.*step 3"):
        train(
            model,
            good.concatenate(bad),
            steps=9,
            log_every=1,
            callbacks=[saver],
        )
    assert saver.saved_step == 2


def test_nan_between_two_logs_is_not_saved(tmp_path):
    logs = LogState()

    def poison(inputs, labels):
        return {**inputs, "target": inputs["target"] * np.nan}, labels

    saver = Checkpoints(tmp_path, 1, steps=9, before=logs.check)
    with pytest.raises(NonFiniteLoss, match="shortly before step 2"):
        train(
            compiled(),
            batches().take(1).concatenate(batches(1).map(poison)),
            steps=9,
            log_every=5,
            callbacks=[saver],
            log_state=logs,
        )
    assert restore_newest(compiled(), tmp_path) == 1


@TRAINERS
def test_resumed_training_is_bit_equal(method, tmp_path):
    whole, first, second = (compiled(method) for _ in range(3))
    train(whole, batches(), steps=4)
    saver = Checkpoints(tmp_path, every=100, steps=2)
    train(first, batches(), steps=2, callbacks=[saver])
    assert restore_newest(second, tmp_path) == 2
    train(second, batches(start=2), steps=4, first_step=2)
    for a, b in zip(weights_of(whole), weights_of(second), strict=True):
        np.testing.assert_array_equal(a, b)


def test_random_numbers_go_on_where_they_were(tmp_path):
    """Dropout has a random state, which TensorFlow does not see by itself."""

    def with_dropout():
        toy = toy_segmenter()
        images = keras.Input((None, None, 3))
        noisy = keras.layers.Dropout(0.5, seed=0)(images)
        network = keras.Model(images, toy(noisy))
        model = AdversarialSegmenter(network, methods.MinEnt())
        model.compile(optimizer=keras.optimizers.Adam(1e-3))
        return model

    whole, first, second = with_dropout(), with_dropout(), with_dropout()
    train(whole, batches(), steps=3)
    saver = Checkpoints(tmp_path, every=100, steps=2)
    train(first, batches(), steps=2, callbacks=[saver])
    assert restore_newest(second, tmp_path) == 2
    train(second, batches(start=2), steps=3, first_step=2)
    for a, b in zip(weights_of(whole), weights_of(second), strict=True):
        np.testing.assert_array_equal(a, b)


def test_checkpoint_of_another_network_is_refused(tmp_path):
    saver = Checkpoints(tmp_path, every=1, steps=1)
    train(compiled(), batches(), steps=1, callbacks=[saver])
    with pytest.raises(ValueError, match="does not fit this network"):
        restore_newest(compiled(methods.AdvEnt()), tmp_path)


def test_no_checkpoint_means_step_zero(tmp_path):
    assert restore_newest(compiled(), tmp_path / "none") == 0


def test_checkpoints_from_before_manifests_are_read(tmp_path):
    first, second = compiled(), compiled()
    train(first, batches(), steps=2)
    old = tf.train.Checkpoint(model=first, step=tf.Variable(2, dtype=tf.int64))
    manager = tf.train.CheckpointManager(old, str(tmp_path), max_to_keep=2)
    manager.save(checkpoint_number=2)
    assert restore_newest(second, tmp_path) == 2
    for a, b in zip(weights_of(first), weights_of(second), strict=True):
        np.testing.assert_array_equal(a, b)


class Signals(keras.callbacks.Callback):
    """Sends this process a signal when a step begins."""

    def __init__(self, number, step):
        super().__init__()
        self.number = number
        self.step = step

    def on_train_batch_begin(self, batch, logs=None):
        if batch == self.step:
            os.kill(os.getpid(), self.number)


@TRAINERS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_step_and_saves(tmp_path, number, method):
    lines = []
    saver = Checkpoints(tmp_path, every=100, steps=50)
    before = signal.getsignal(number)
    with Interruption(lines.append) as interruption:
        stop = StopOnInterrupt(interruption)
        train(
            compiled(method),
            batches(),
            steps=50,
            callbacks=[stop, Signals(number, step=3), saver],
        )
    assert interruption.status == 128 + number
    assert saver.saved_step == 3
    assert "saving" in lines[0]
    assert signal.getsignal(number) is before


def test_before_the_first_step_a_signal_ends_the_program(tmp_path):
    saver = Checkpoints(tmp_path, every=100, steps=50)
    with pytest.raises(Interrupted), Interruption(lambda line: None) as it:
        train(
            compiled(),
            batches(),
            steps=50,
            callbacks=[
                StopOnInterrupt(it),
                Signals(signal.SIGTERM, step=1),
                saver,
            ],
        )
    assert it.status == 143
    assert saver.saved_step == 0


def test_an_evaluation_that_a_signal_ends_is_owed(tmp_path):
    """At its step the state is saved, though no checkpoint is due."""
    heard = []

    def evaluate():
        os.kill(os.getpid(), signal.SIGTERM)
        return {"miou/target": 1.0}

    def loop(evaluate, first_step, interruption):
        saver = Checkpoints(tmp_path, every=100, steps=4)
        evaluation = TargetEvaluation(
            evaluate,
            every=2,
            steps=4,
            listeners=[lambda step, numbers: heard.append(step)],
            is_done=lambda step: step in heard,
            abandonable=interruption.at_once,
        )
        stop = StopOnInterrupt(interruption)
        model = compiled()
        train(
            model,
            batches(),
            steps=4,
            first_step=first_step,
            callbacks=[stop, saver, evaluation, saver],
        )
        return saver.saved_step

    with Interruption(lambda line: None) as interruption:
        assert loop(evaluate, 0, interruption) == 2
    assert heard == []
    with Interruption() as interruption:
        loop(lambda: {"miou/target": 1.0}, 2, interruption)
    assert heard == [2, 4]


def test_metrics_file_drops_rows_that_will_be_made_again(tmp_path):
    path = tmp_path / "metrics.csv"
    log = MetricsLog(path)
    log.on_train_batch_end(1, {"loss": 0.5})
    log.on_train_batch_end(2, {"loss": 0.25})
    with open(path, "a") as file:
        file.write("1,accuracy/target,0.2")  # Cut short of its 0.25.
    assert metrics_log.read(path)[-1] == (2, "loss", "0.25")
    MetricsLog(path, first_step=1)
    assert metrics_log.read(path) == [(1, "loss", "0.5")]


def test_evaluation_comes_at_intervals_and_at_the_end():
    heard = []
    evaluation = TargetEvaluation(
        lambda: {"miou/target": 1.0},
        every=2,
        steps=5,
        listeners=[lambda step, numbers: heard.append(step)],
    )
    train(compiled(), batches(), steps=5, callbacks=[evaluation])
    assert heard == [2, 4, 5]


def test_scores_come_at_snapshots_and_may_end_the_run(tmp_path):
    heard = []
    scores = CandidateScores(
        lambda step: {"selection/entropy": 1 / step},
        count=3,
        steps=6,
        log=lambda step, numbers: heard.append((step, numbers)),
        is_over=lambda: len(heard) == 2,
    )
    saver = Checkpoints(tmp_path, every=100, steps=6)
    train(compiled(), batches(), steps=6, callbacks=[scores, saver])
    assert heard == [
        (2, {"selection/entropy": 1 / 2}),
        (4, {"selection/entropy": 1 / 4}),
    ]
    assert saver.saved_step == 4


def test_tensorboard_gets_scalars_and_pictures(tmp_path):
    pytest.importorskip("tensorboard")
    board = TensorBoardLog(
        tmp_path, lambda: {"predictions": np.zeros((4, 4, 3), np.uint8)}
    )
    board.on_train_batch_end(1, {"loss": 0.5})
    board.on_evaluation(1, {"miou/target": 10.0})
    board.on_train_end()
    assert events(tmp_path) == {
        (1, "loss"),
        (1, "miou/target"),
        (1, "predictions"),
    }


def test_tensorboard_drops_what_will_be_made_again(tmp_path):
    pytest.importorskip("tensorboard")
    board = TensorBoardLog(tmp_path, dict)
    for step in (1, 2, 3):
        board.on_train_batch_end(step, {"loss": 0.5})
    (file,) = tmp_path.iterdir()
    with open(file, "ab") as torn:
        torn.write(b"\x18\0\0")  # As a crash leaves it.
    board = TensorBoardLog(tmp_path, dict, first_step=2)
    assert events(tmp_path) == {(1, "loss"), (2, "loss")}


def events(folder):
    """Step and name of everything in TensorBoard's files."""
    found = set()
    for file in folder.iterdir():
        for record in tf.data.TFRecordDataset(str(file)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            found |= {(event.step, v.tag) for v in event.summary.value}
    return found
