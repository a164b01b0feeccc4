import numpy as np
import tensorflow as tf

from tf_advseg.datasets.pipeline.sampling import sample_index
from tf_advseg.datasets.pipeline.sampling import sample_seed
from tf_advseg.datasets.pipeline.sampling import stream_seeds


def order(seed, stream, num_samples, start, count):
    order_seed, _ = stream_seeds(seed, stream)
    positions = tf.data.Dataset.range(start, start + count)
    indices = positions.map(lambda p: sample_index(p, num_samples, order_seed))
    return list(indices.as_numpy_iterator())


def test_every_sample_comes_once_an_epoch():
    indices = order(seed=1, stream=0, num_samples=13, start=0, count=39)
    for epoch in (indices[:13], indices[13:26], indices[26:]):
        assert sorted(epoch) == list(range(13))


def test_epochs_seeds_and_domains_have_different_orders():
    two_epochs = order(seed=1, stream=0, num_samples=50, start=0, count=100)
    assert two_epochs[:50] != two_epochs[50:]
    assert two_epochs[:50] != order(2, 0, 50, 0, 50)
    assert two_epochs[:50] != order(1, 1, 50, 0, 50)


def test_an_order_can_be_entered_anywhere():
    whole = order(seed=5, stream=1, num_samples=9, start=0, count=30)
    assert (
        order(seed=5, stream=1, num_samples=9, start=17, count=13)
        == (whole[17:])
    )


def test_each_sample_is_as_likely_to_come_first():
    num_epochs, num_samples = 1000, 5
    order_seed, _ = stream_seeds(0, 0)
    epochs = tf.data.Dataset.range(num_epochs)
    first = epochs.map(
        lambda epoch: sample_index(epoch * num_samples, num_samples, order_seed)
    )
    counts = np.bincount(list(first.as_numpy_iterator()), minlength=5)
    # 200 expected of each; the standard deviation is sqrt(1000 * .2 * .8) = 13.
    assert np.all(np.abs(counts - 200) < 5 * 13)


def test_a_set_of_one_sample_repeats_it():
    assert order(seed=1, stream=0, num_samples=1, start=0, count=3) == [0, 0, 0]


def test_augmentation_seeds_differ_from_position_to_position():
    _, samples_seed = stream_seeds(3, 0)
    seeds = {
        tuple(sample_seed(tf.constant(p, tf.int64), samples_seed).numpy())
        for p in range(20)
    }
    assert len(seeds) == 20
