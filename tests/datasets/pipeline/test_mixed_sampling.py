import collections

import numpy as np
import pytest
import tensorflow as tf
from toy_domains import NumberedDomain

from tf_advseg.datasets import Mixture
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.classes.statistics import class_counts
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.mixed_sampling import RUN
from tf_advseg.datasets.pipeline.mixed_sampling import MixedSampler
from tf_advseg.datasets.pipeline.rare_classes import RareClassSampler
from tf_advseg.datasets.pipeline.sampling import stream_seeds

OPTIONS = SampleOptions(size=(8, 16), crop=(6, 12), flip=True)


class Bright(NumberedDomain):
    """Image k is filled with 100 + k."""

    name = "bright"

    def read_image(self, key):
        return super().read_image(key) + np.uint8(100)


def drawn(sampler, positions, seed=0):
    order_seed = stream_seeds(seed, 0)[0].numpy()

    @tf.function
    def draw(position):
        return sampler.draw(position, order_seed)[0]

    return [int(draw(tf.constant(p, tf.int64))) for p in positions]


def batches(count, start=0, shares=(0.75, 0.25), seed=3, **options):
    mixture = Mixture([NumberedDomain(5), Bright(9)], shares)
    dataset = pair(
        mixture,
        mixture,
        source_options=OPTIONS,
        target_options=OPTIONS,
        batch_size=4,
        seed=seed,
        start=start,
        **options,
    )
    return [
        (inputs["source"].numpy(), inputs["target"].numpy(), labels.numpy())
        for inputs, labels in dataset.take(count)
    ]


def test_each_run_of_positions_holds_the_shares_to_the_image():
    sizes = [np.arange(3), np.arange(3, 13), np.arange(13, 20)]
    shares = [0.2, 0.5, 0.3]
    found = drawn(MixedSampler(sizes, shares), range(10 * RUN))
    domains = np.digitize(found, [3, 13])
    for runs in (1, 3, 10):
        counts = np.bincount(domains[: runs * RUN], minlength=3)
        np.testing.assert_allclose(
            counts, np.multiply(shares, runs * RUN), atol=1.5
        )


def test_each_image_comes_once_an_epoch_of_its_domain():
    sampler = MixedSampler([np.arange(8), np.arange(8, 40)], [0.5, 0.5])
    counts = collections.Counter(drawn(sampler, range(RUN)))
    # 32 draws of each: four epochs of the first, one of the second.
    assert counts == {
        **dict.fromkeys(range(8), 4),
        **dict.fromkeys(range(8, 40), 1),
    }


def test_no_domain_keeps_step_with_another_stream_s():
    sampler = MixedSampler([np.arange(2), np.arange(2, 4)], [0.5, 0.5])
    source = np.array(drawn(sampler, range(4 * RUN), seed=0)) < 2
    target = np.array(drawn(sampler, range(4 * RUN), seed=1)) < 2
    assert 0.3 < np.mean(source == target) < 0.7


def test_shares_reach_both_sides_of_the_batches():
    found = batches(RUN // 4)
    for side in (0, 1):
        images = np.concatenate([batch[side] for batch in found])
        bright = images.mean(axis=(1, 2, 3)) >= 100
        assert bright.sum() == RUN // 4
    assert found[0][2].shape == (4, 6, 12)


def test_a_batch_is_a_function_of_its_number():
    whole = batches(6)
    resumed = batches(2, start=4, cache_bytes=0)
    for one, other in zip(whole[4:], resumed, strict=True):
        for ours, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    others = batches(1, seed=4)
    assert (whole[0][0] != others[0][0]).any()


def test_two_replicas_see_the_batches_of_one():
    halves = batches(8, share=BatchShare(pieces=2))
    together = [
        [
            np.concatenate(parts)
            for parts in zip(*halves[i : i + 2], strict=True)
        ]
        for i in range(0, 8, 2)
    ]
    for one, other in zip(batches(4), together, strict=True):
        for ours, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_rare_classes_are_drawn_within_each_domain_s_share():
    class Roads(NumberedDomain):
        name = "roads"

        def read_label(self, key):
            return np.zeros(self.size, np.uint8)

    mixture = Mixture([Roads(4), NumberedDomain(6)], [0.25, 0.75])
    samplers = [
        RareClassSampler(
            class_counts(part.domain, part.domain.keys("train")), 0.1
        )
        for part in mixture.parts
    ]
    sampler = MixedSampler.of(mixture, "train", samplers)
    order_seed = stream_seeds(0, 0)[0].numpy()
    keys = mixture.keys("train")
    found = [
        sampler.draw(tf.constant(p, tf.int64), order_seed) for p in range(RUN)
    ]
    roads = [
        int(label)
        for index, label in found
        if keys[int(index)].startswith("roads/")
    ]
    assert roads == [0] * (RUN // 4)
    others = {int(label) for _, label in found}
    assert others == {0, 1, 2}
    for index, label in found:
        shown = mixture.read_label(keys[int(index)])
        assert (shown == int(label)).all()


@pytest.mark.parametrize(
    "shares", [(1 / 3, 1 / 3, 1 / 3), (0.999, 0.0005, 0.0005)]
)
def test_long_trainings_do_not_drift(shares):
    sampler = MixedSampler([np.arange(5)] * 3, shares)
    order_seed = stream_seeds(0, 0)[0].numpy()
    _, numbers = sampler.deal(tf.constant(10**11 * RUN, tf.int64), order_seed)
    expected = 10**11 * RUN * shares[0]
    assert abs(int(numbers[0]) - expected) <= 1e-6 * expected
