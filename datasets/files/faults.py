"""Corrupt images met on the way: named, counted, tolerated up to a limit.

One broken file in 25,000 must not end a night's training, and a folder of
broken files must not be trained on in silence.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import NoReturn

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_range

_logger = logging.getLogger(__name__)

MINIMUM_READS = 200
"""The limit is a share of at least this many reads, so that one broken file
met early (1 of 20 is 5 %) stops no run: at 1 % the third fault is fatal."""


class FaultLog:
    """Counts reads and corrupt samples; safe to share between threads.

    Args:
        limit: The share of reads that may be corrupt. The run stops when
            `count > limit * max(reads, MINIMUM_READS)`.

    Attributes:
        count: How many reads failed; a file that is met again counts again.
        reads: How many reads were tried, failed ones included.
        faults: The sentence of each corrupt sample by its key.
        fatal: The error that stopped the run, or None.

    Example:
        >>> faults = FaultLog(limit=0.01)
        >>> faults.record("a.png", DataError("a.png is empty (0 bytes)."))
        >>> faults.count, sorted(faults.faults)
        (1, ['a.png'])
    """

    def __init__(self, limit: float = 0.01):
        check_range("limit", limit, 0.0, 1.0)
        self.limit = limit
        self.count = 0
        self.reads = 0
        self.faults: dict[str, str] = {}
        self.fatal: DataError | None = None
        self._lock = threading.Lock()

    def succeeded(self) -> None:
        """Counts one sample that was read without fault."""
        with self._lock:
            self.reads += 1

    def record(self, key: str, error: Exception) -> None:
        """Counts one corrupt sample.

        Raises:
            DataError: If there are now more than `limit` allows.
        """
        with self._lock:
            self.reads += 1
            self.count += 1
            is_new = key not in self.faults
            self.faults[key] = str(error)
            allowed = self.limit * max(self.reads, MINIMUM_READS)
            too_many = self.count > allowed
            sentence = (
                f"{self.count} of {self.reads} reads failed, more than the "
                f"{100 * self.limit:g} % that a run tolerates; the last: "
                f"{error} Repair or remove these files."
            )
        if is_new:
            _logger.warning("Skipped a sample: %s", error)
        if too_many:
            self.stop(sentence)

    def stop(self, sentence: str) -> NoReturn:
        """Raises `DataError`; the first is kept as `fatal`."""
        error = DataError(sentence)
        self.fatal = self.fatal or error
        raise error


@contextlib.contextmanager
def clean_data_errors(faults: FaultLog) -> Iterator[None]:
    """Gives a loop over `pair` the `DataError` itself.

    tf.data turns what a reader raises into an operation error with a
    traceback in its text. Inside this context the loop sees the sentence:

        with clean_data_errors(faults):
            for inputs, labels in dataset:
                ...
    """
    import tensorflow as tf  # Who only counts faults needs none.

    try:
        yield
    except tf.errors.OpError:
        if faults.fatal is None:
            raise
        raise faults.fatal from None
