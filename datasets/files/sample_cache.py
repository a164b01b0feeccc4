"""Samples kept in memory once read: the second epoch decodes nothing."""

import threading
from collections.abc import Callable

import numpy as np

Sample = tuple[np.ndarray, ...]


class SampleCache:
    """Keeps samples by key up to a budget; beyond it, reads every time.

    Nothing is ever thrown out: with a shuffled order every entry is as
    likely as any other to be needed next.

    Args:
        budget_bytes: How much to keep; 0 keeps nothing.

    Attributes:
        used_bytes: How much is kept.
    """

    def __init__(self, budget_bytes: int):
        self.budget_bytes = budget_bytes
        self.used_bytes = 0
        self._samples: dict[str, Sample] = {}
        self._lock = threading.Lock()

    def get(self, key: str, read: Callable[[], Sample]) -> Sample:
        """Returns the sample of `key`, by `read()` if it is not kept."""
        sample = self._samples.get(key)
        if sample is None:
            sample = read()
            self._keep(key, sample)
        return sample

    def clear(self) -> None:
        """Throws everything out."""
        with self._lock:
            self._samples.clear()
            self.used_bytes = 0

    def _keep(self, key: str, sample: Sample) -> None:
        num_bytes = sum(array.nbytes for array in sample)
        with self._lock:
            if key in self._samples:
                return
            if self.used_bytes + num_bytes <= self.budget_bytes:
                self._samples[key] = sample
                self.used_bytes += num_bytes
