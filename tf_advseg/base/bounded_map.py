"""A map over threads that keeps order and never holds more than a few items.

Reading and writing pictures is slow work outside Python's lock, so threads
do it beside the network. The bound keeps memory flat for any number of
items, finished or not.
"""

import collections
import concurrent.futures
import contextlib
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def bounded_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int = 2,
    ahead: int = 4,
) -> Iterator[Result]:
    """Yields `function(item)` in the items' order, computed in threads.

    Args:
        function: Called in a worker thread; what it raises is raised here
            when its turn comes.
        items: Taken one by one, in the caller's thread.
        workers: How many threads; 1 also keeps the calls in order.
        ahead: How many items are in work, or wait, beyond the one that is
            yielded.

    Example:
        >>> list(bounded_map(abs, [-1, 2, -3]))
        [1, 2, 3]
    """
    pending = collections.deque()
    with hasty_pool(workers) as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                if len(pending) > ahead:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            # Left early, by an error or the caller: do not finish the rest.
            for future in pending:
                future.cancel()


@contextlib.contextmanager
def hasty_pool(
    workers: int | None = None,
) -> Iterator[concurrent.futures.ThreadPoolExecutor]:
    """A pool of threads that a signal does not wait for.

    Python's own finishes all that was handed to it, whatever ends its body.

    Args:
        workers: How many threads; None: as many as Python sees fit.
    """
    pool = concurrent.futures.ThreadPoolExecutor(workers)
    try:
        yield pool
    except (Exception, GeneratorExit):
        pool.shutdown(cancel_futures=True)
        raise
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
