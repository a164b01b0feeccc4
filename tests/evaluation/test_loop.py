"""An evaluation by several workers is that of one, bit by bit."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from toy_domain import ToyDomain
from toy_segmenter import CLASSES
from toy_segmenter import colour_segmenter

from tf_advseg.datasets import FaultLog
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.networks.ensemble import Ensemble


class Threads:
    """Workers that are threads: what they tell each other is in a list."""

    def __init__(self, count):
        self.barrier = threading.Barrier(count)
        self.told = [None] * count

    def exchange(self, index, value):
        self.told[index] = value
        self.barrier.wait()
        everyone = list(self.told)
        self.barrier.wait()
        return everyone


class Worker:
    """Has of `workers.Workers` what an evaluation needs."""

    def __init__(self, threads, index):
        self.threads, self.index = threads, index
        self.count = len(threads.told)

    def gather(self, value):
        return self.threads.exchange(self.index, value)

    def sum(self, array):
        return np.sum(self.gather(array), axis=0)


def together(count, function):
    """What each of several workers returns."""
    threads = Threads(count)
    workers = [Worker(threads, index) for index in range(count)]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(function, workers))


def domain():
    """Seven images of several sizes, one of which is corrupt."""
    rng = np.random.default_rng(0)
    sizes = [(8, 12)] * 4 + [(4, 8)] * 3
    images = [rng.integers(0, 255, (*s, 3)).astype(np.uint8) for s in sizes]
    labels = [rng.integers(0, 3, s).astype(np.uint8) for s in sizes]
    return ToyDomain(CLASSES, [*images[:5], "5 is torn.", images[6]], labels)


def looked(how, workers=None, **options):
    """What `how` finds there."""
    ensemble = Ensemble([colour_segmenter((0.02, 0.03, 0.01))])
    options = {"faults": FaultLog(), "workers": workers, **options}
    return how(ensemble, domain(), "val", **options)


@pytest.mark.parametrize("count", [2, 3, 9])
def test_counts_and_faults_are_those_of_one(count):
    """With nine workers two have no image at all."""
    one = looked(evaluate_segmenter, size=(8, 8))
    assert one.num_images == 6
    assert one.faults == {"5": "5 is torn."}
    for found in together(
        count, lambda w: looked(evaluate_segmenter, w, size=(8, 8))
    ):
        assert found.to_dict() == one.to_dict()
        np.testing.assert_array_equal(found.confusion, one.confusion)


def test_entropies_are_those_of_one():
    options = {"size": None, "with_labels": False}
    one = looked(measure, **options)
    for found in together(2, lambda w: looked(measure, w, **options)):
        assert found.to_dict() == one.to_dict()
        assert list(found.entropies) == list(one.entropies)
        assert found.truth is None


def test_every_counter_is_merged():
    one = looked(measure, size=None)
    for found in together(2, lambda w: looked(measure, w, size=None)):
        for name in ("entropy_histogram", "predicted_pixels"):
            np.testing.assert_array_equal(
                getattr(found, name), getattr(one, name)
            )
        for name in ("counts", "confusion", "boundary"):
            np.testing.assert_array_equal(
                getattr(found.truth, name), getattr(one.truth, name)
            )
        bins, expected = found.truth.reliability, one.truth.reliability
        np.testing.assert_array_equal(bins.counts, expected.counts)
        np.testing.assert_array_equal(bins.correct, expected.correct)
        np.testing.assert_allclose(bins.confidence, expected.confidence)
