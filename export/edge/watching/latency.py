"""Percentiles of latencies, in memory that does not grow with the frames.

Latencies fall into buckets whose borders grow by 1 %, so a percentile is
right to 0.5 %, as in DDSketch (Masson, Rim, Lee: "DDSketch: a fast and
fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019).
"""

from __future__ import annotations

import math

_GROWTH = 1.01
_SHORTEST = 1e-6  # seconds; whatever is shorter counts as this
PERCENTILES = (50, 90, 99)


class Latency:
    """Counts durations and answers percentiles of them."""

    def __init__(self):
        self._counts: dict[int, int] = {}
        self.count = 0
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """Counts one duration."""
        ratio = max(seconds, _SHORTEST) / _SHORTEST
        bucket = math.ceil(math.log(ratio) / math.log(_GROWTH))
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        self.count += 1
        self._sum += seconds

    def percentile(self, percent: float) -> float:
        """Returns the duration that `percent` of all do not exceed, in s.

        The nearest rank: of 10 durations the 90th percentile is the ninth.
        NaN where nothing was counted.
        """
        rank = math.ceil(percent / 100 * self.count)
        seen = 0
        for bucket in sorted(self._counts):
            seen += self._counts[bucket]
            if seen >= rank:
                # The middle of the bucket, so that the error is half of it.
                return _SHORTEST * _GROWTH ** (bucket - 0.5)
        return math.nan

    def to_dict(self) -> dict[str, float]:
        """Returns mean and percentiles in milliseconds; empty if nothing."""
        if not self.count:
            return {}
        values = {"mean": self._sum / self.count}
        for percent in PERCENTILES:
            values[f"p{percent}"] = self.percentile(percent)
        return {name: round(1000 * s, 3) for name, s in values.items()}
