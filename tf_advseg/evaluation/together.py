"""One evaluation by several workers: each predicts its share of the images.

Worker w of W takes every W-th image from the w-th on. Counts are integers and
what is of one image is computed by one worker, so that the result is that of
a single process, bit by bit.
"""

import dataclasses

import numpy as np

from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import evaluate_ensemble
from tf_advseg.evaluation.observation import Observation
from tf_advseg.evaluation.observation import observe
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.training.distributed.workers import Workers


def evaluate_together(
    workers: Workers,
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    size: tuple[int, int] | None,
) -> Evaluation:
    """As `evaluate_ensemble`; every worker must call it, and gets it all."""
    mine = evaluate_ensemble(
        ensemble,
        domain,
        split,
        size=size,
        faults=FaultLog(),
        share=_share(workers),
    )
    return dataclasses.replace(
        mine,
        confusion=workers.sum(mine.confusion),
        num_images=int(workers.sum(np.array([mine.num_images]))[0]),
        faults=_merged(workers, mine.faults),
    )


def observe_together(
    workers: Workers,
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    size: tuple[int, int] | None,
) -> Observation:
    """As `observe`; every worker must call it, and gets it all."""
    mine = observe(
        ensemble,
        domain,
        split,
        size=size,
        faults=FaultLog(),
        share=_share(workers),
    )
    return dataclasses.replace(
        mine,
        predicted_pixels=workers.sum(mine.predicted_pixels),
        entropies=_merged(workers, mine.entropies),
        faults=_merged(workers, mine.faults),
    )


def _share(workers: Workers) -> slice:
    return slice(workers.index, None, workers.count)


def _merged(workers: Workers, by_key: dict) -> dict:
    """All workers' entries in the order of the split, that of the keys."""
    merged = {}
    for of_worker in workers.gather(by_key):
        merged |= of_worker
    return dict(sorted(merged.items()))
