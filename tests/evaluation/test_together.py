"""An evaluation by several workers is that of one, bit by bit."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from toy_domain import ToyDomain
from toy_segmenter import CLASSES
from toy_segmenter import colour_segmenter

from tf_advseg.datasets import FaultLog
from tf_advseg.evaluation.evaluating import evaluate_ensemble
from tf_advseg.evaluation.observation import observe
from tf_advseg.evaluation.together import evaluate_together
from tf_advseg.evaluation.together import observe_together
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


@pytest.mark.parametrize("count", [2, 3, 9])
def test_counts_and_faults_are_those_of_one(count):
    """With nine workers two have no image at all."""
    ensemble = Ensemble([colour_segmenter((0.02, 0.03, 0.01))])
    one = evaluate_ensemble(
        ensemble, domain(), "val", size=(8, 8), faults=FaultLog()
    )
    assert one.num_images == 6
    assert one.faults == {"5": "5 is torn."}
    for found in together(
        count,
        lambda w: evaluate_together(w, ensemble, domain(), "val", (8, 8)),
    ):
        assert found.to_dict() == one.to_dict()
        np.testing.assert_array_equal(found.confusion, one.confusion)


def test_entropies_are_those_of_one():
    ensemble = Ensemble([colour_segmenter((0.02, 0.03, 0.01))])
    one = observe(ensemble, domain(), "val", size=None, faults=FaultLog())
    for found in together(
        2, lambda w: observe_together(w, ensemble, domain(), "val", None)
    ):
        assert found.to_dict() == one.to_dict()
        assert list(found.entropies) == list(one.entropies)
