"""Opens many pairs in several processes."""

import concurrent.futures
import multiprocessing
import os
from collections.abc import Sequence

from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.file_facts.facts import PairFacts
from tf_advseg.datasets.file_facts.pair import PairTask
from tf_advseg.datasets.file_facts.pair import pair_facts

FEW = 200
"""So many pairs are opened here: processes would take longer to start."""

_CHUNK = 16


def scan(
    tasks: Sequence[PairTask],
    processes: int = 0,
    progress: Progress | None = None,
) -> list[PairFacts]:
    """Returns the facts of each pair, in order.

    Args:
        tasks: What to open.
        processes: How many to use; 0: one a core, or this one alone for a
            few pairs.
        progress: Told of each pair.

    Raises:
        ValueError: If `processes` is negative.
    """
    if processes < 0:
        raise ValueError(
            f"processes must be 0 (one a core) or more; received {processes}."
        )
    if processes == 1 or (not processes and len(tasks) <= FEW):
        return list(watched(map(pair_facts, tasks), progress))
    # Spawned, not forked: TensorFlow's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(
        processes or os.cpu_count(), mp_context=context
    ) as pool:
        facts = pool.map(pair_facts, tasks, chunksize=_CHUNK)
        return list(watched(facts, progress))
