"""Several steps in one call of the graph change nothing but the pace."""

import keras
import numpy as np
import pytest
from toy_training import Recorder
from toy_training import batches
from toy_training import compiled
from toy_training import weights_of

from tf_advseg.training.callbacks.checkpoints import Checkpoints
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.weight_average import WeightAverage
from tf_advseg.training.log_means import LogState
from tf_advseg.training.loop import train


class Listener(keras.callbacks.Callback):
    """Notes the calls, and waits for no step in particular."""

    def __init__(self):
        super().__init__()
        self.steps, self.logs = [], {}

    def due(self, step):
        return False

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(batch)
        if logs:
            self.logs[batch] = dict(logs)


class StopAt(keras.callbacks.Callback):
    """Ends the loop after one step, as Ctrl-C does."""

    def __init__(self, step):
        super().__init__()
        self.step = step

    def due(self, step):
        return step == self.step

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.step:
            self.model.stop_training = True


def trained(folder, steps_per_loop, first_step=0, steps=7, stop=None):
    model = compiled()
    average = WeightAverage(model.segmenter, 0.9)
    logs = {"logs": LogState()}
    if first_step:
        assert restore_newest(model, folder, average, logs) == first_step
    listener = Listener()
    saver = Checkpoints(folder, 5, steps, average, logs)
    train(
        model,
        batches(start=first_step),
        steps=steps,
        first_step=first_step,
        log_every=3,
        steps_per_loop=steps_per_loop,
        callbacks=[average, StopAt(stop), saver, listener],
        log_state=logs["logs"],
    )
    with average.applied():
        averaged = weights_of(model)
    return listener, [*weights_of(model), *averaged]


def assert_equal(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


def test_loops_are_bit_equal_to_single_steps(tmp_path):
    single, weights = trained(tmp_path / "single", 1)
    looped, same_weights = trained(tmp_path / "looped", 4)
    assert single.steps == [1, 2, 3, 4, 5, 6, 7]
    # Logs at 3, 6 and 7, a checkpoint at 5.
    assert looped.steps == [3, 5, 6, 7]
    assert looped.logs == single.logs
    assert_equal(weights, same_weights)


def test_resumed_loops_are_bit_equal(tmp_path):
    whole, weights = trained(tmp_path / "whole", 1)
    trained(tmp_path / "halves", 3, stop=5)
    rest, same_weights = trained(tmp_path / "halves", 3, first_step=5)
    assert_equal(weights, same_weights)
    # Those of step 6 are of the steps 4, 5 and 6, on both sides of the stop.
    assert rest.logs == {step: whole.logs[step] for step in (6, 7)}


def test_a_callback_that_says_nothing_is_called_after_every_step():
    recorder = Recorder()
    train(
        compiled(),
        batches(),
        steps=3,
        log_every=3,
        steps_per_loop=3,
        callbacks=[recorder],
    )
    assert [step for step, _ in recorder.seen] == [1, 2, 3]


def test_a_stop_ends_with_the_loop_in_hand():
    class Stop(Listener):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)
            self.model.stop_training = True

    stop = Stop()
    train(
        compiled(),
        batches(),
        steps=9,
        log_every=9,
        steps_per_loop=2,
        callbacks=[stop],
    )
    assert stop.steps == [2]


@pytest.mark.parametrize("due", [{2}, {4}, {2, 4}])
def test_loops_end_where_a_callback_waits(due):
    waiting = Listener()
    waiting.due = lambda step: step in due
    train(
        compiled(),
        batches(),
        steps=5,
        log_every=5,
        steps_per_loop=5,
        callbacks=[waiting],
    )
    assert waiting.steps == sorted({*due, 5})
