"""The candidates of a run: what lies in its folder `snapshots`.

step_000060.keras       raw weights after step 60
step_000060_ema.keras   their exponential moving average
mean_of_last_3.keras    the mean of the last three raw ones
"""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

RAW = "raw"
EMA = "ema"
LAST_K = 3
MEAN = f"mean_of_last_{LAST_K}"
MEAN_FILE = f"{MEAN}.keras"
SNAPSHOTS = "snapshots"

_SNAPSHOT = re.compile(r"step_(\d{6,})(_ema)?\.keras")


@dataclasses.dataclass(frozen=True)
class Candidate:
    """One model that may be chosen.

    Attributes:
        name: Its file's name, without folders.
        step: Updates made before it; of a mean, before the last of them.
        weights: "raw", "ema" or "mean_of_last_3".
    """

    name: str
    step: int
    weights: str

    @property
    def file(self) -> str:
        """Its path within the run's folder."""
        return f"{SNAPSHOTS}/{self.name}"


def snapshot(step: int, weights: str) -> Candidate:
    """The snapshot of one moment.

    >>> snapshot(60, EMA).name
    'step_000060_ema.keras'
    """
    ending = f"_{EMA}" if weights == EMA else ""
    return Candidate(f"step_{step:06d}{ending}.keras", step, weights)


def snapshots_in(folder: str | Path) -> list[Candidate]:
    """Returns the snapshots in a folder, by step, raw ones first.

    >>> snapshots_in("no/such/folder")
    []
    """
    found = []
    for path in Path(folder).glob("step_*.keras"):
        match = _SNAPSHOT.fullmatch(path.name)
        if match:
            weights = EMA if match[2] else RAW
            found.append(Candidate(path.name, int(match[1]), weights))
    return sorted(found, key=lambda c: (c.step, c.weights != RAW))


def last_raw(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The last `LAST_K` raw snapshots, or fewer."""
    return [c for c in candidates if c.weights == RAW][-LAST_K:]


def mean_of(parts: Sequence[Candidate]) -> Candidate:
    """The candidate that is the mean of the weights of others."""
    return Candidate(MEAN_FILE, parts[-1].step, MEAN)
