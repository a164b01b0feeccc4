"""Opens many pairs in several processes."""

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
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
        processes or os.cpu_count(),
        mp_context=context,
        initializer=_live_as_long_as_its_parent,
    ) as pool:
        with _deaf_to_ctrl_c():  # All processes start here.
            facts = pool.map(pair_facts, tasks, chunksize=_CHUNK)
        try:
            return list(watched(facts, progress))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """A terminal sends Ctrl-C to all; the parent alone has to answer."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    listening = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, listening)


def _live_as_long_as_its_parent() -> None:
    """In a process: a parent that is killed ends no pool by itself."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow():
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
