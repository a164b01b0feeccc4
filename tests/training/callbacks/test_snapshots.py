"""Averages of weights and the models kept of several moments."""

import keras
import numpy as np
import pytest

from tf_advseg.training.callbacks.snapshots import Snapshots
from tf_advseg.training.callbacks.snapshots import moments
from tf_advseg.training.callbacks.weight_average import WeightAverage


@pytest.fixture
def network():
    inputs = keras.Input((2,))
    outputs = keras.layers.Dense(1, kernel_initializer="zeros")(inputs)
    return keras.Model(inputs, outputs)


def _kernel(network):
    return network.layers[-1].kernel.numpy().ravel()


def test_the_average_follows_the_recurrence(network):
    average = WeightAverage(network, decay=0.25)
    for step, value in ((1, 1.0), (2, 3.0)):
        network.layers[-1].kernel.assign([[value], [value]])
        average.after_step(step)
    # Decays: min(.25, 2/11) = 2/11, min(.25, 3/12) = .25.
    first = (1 - 2 / 11) * 1.0
    expected = 0.25 * first + 0.75 * 3.0
    with average.applied():
        np.testing.assert_allclose(_kernel(network), expected, rtol=1e-6)
    np.testing.assert_array_equal(_kernel(network), 3.0)


def test_own_weights_return_even_after_an_error(network):
    average = WeightAverage(network, decay=0.5)
    network.layers[-1].kernel.assign([[2.0], [2.0]])
    with pytest.raises(OSError, match="full"), average.applied():
        raise OSError("full")
    np.testing.assert_array_equal(_kernel(network), 2.0)


@pytest.mark.parametrize(
    ("count", "steps", "expected"),
    [
        (3, 600, [200, 400, 600]),
        (4, 10, [3, 5, 8, 10]),
        (5, 2, [1, 2]),
        (0, 9, []),
    ],
)
def test_moments_are_spread_and_end_at_the_last_step(count, steps, expected):
    assert moments(count, steps) == expected


def test_snapshots_save_both_kinds_of_weights(network, tmp_path):
    saved = {}

    def save(path):
        saved[path.name] = float(_kernel(network)[0])

    average = WeightAverage(network, decay=0.0)
    snapshots = Snapshots(save, tmp_path, 2, 4, average)
    for step in range(1, 5):
        network.layers[-1].kernel.assign([[step], [step]])
        if step < 4:
            average.after_step(step)
        snapshots.on_train_batch_end(step)
    assert saved == {
        "step_000002.keras": 2.0,
        "step_000002_ema.keras": 2.0,
        "step_000004.keras": 4.0,
        "step_000004_ema.keras": 3.0,
    }
