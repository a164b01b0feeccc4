"""The fused rank: one order from several scores that fail differently.

1. The guards drop candidates that forgot the source or collapsed.
2. Each score ranks the rest, 1 is best; equal values share their mean rank.
3. The mean of the ranks r over the scores of `FUSED`, turned round:

       fused = 1 - (mean r - 1) / (n - 1),   n candidates left

   1 for a candidate that is first by every score, 0 for the last by all.

Ranks need no common scale, and one broken score cannot outvote the others:
rank aggregation after Borda (1781; Dwork et al., "Rank Aggregation Methods
for the Web", 2001). Entropy has no vote, since it is best where one class
has swallowed the image; docs/selection.md says why the others have none.
"""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tf_advseg.selection.guards import passes_guards
from tf_advseg.selection.scores.table import HIGHER
from tf_advseg.selection.scores.table import SCORES
from tf_advseg.selection.scores.table import agreement_with
from tf_advseg.selection.views import VIEWS

FUSED = ("source_miou", "flip_agreement")
VOTING_VIEWS = tuple(v for v in VIEWS if agreement_with(v) in FUSED)
"""The views that a choice needs: each costs as much as the plain images."""

Values = Mapping[str, float | None]


@dataclasses.dataclass(frozen=True)
class Standing:
    """How one candidate compares with the others.

    Attributes:
        ranks: 1 = best, by the name of the score; None if it has no value or
            was dropped.
        fused: 0 (worst) to 1 (best); 0 if it was dropped.
        is_dropped: Whether a guard ruled it out.
    """

    ranks: dict[str, float | None]
    fused: float
    is_dropped: bool


def fuse(
    candidates: Sequence[Values], names: Sequence[str] = FUSED
) -> list[Standing]:
    """Compares candidates.

    Args:
        candidates: The scores of each by name.
        names: Those that vote. One that any kept candidate lacks does not.

    Returns:
        The standing of each, in their order.
    """
    kept = passes_guards(
        [c.get("source_miou") for c in candidates],
        [c.get("mutual_information") for c in candidates],
    )
    ranks = {
        name: _ranks(name, [c.get(name) for c in candidates], kept)
        for name in SCORES
    }
    voting = [
        name
        for name in names
        if all(
            rank is not None
            for rank, is_kept in zip(ranks[name], kept, strict=True)
            if is_kept
        )
    ]
    standings = []
    for index, is_kept in enumerate(kept):
        own = {name: by_score[index] for name, by_score in ranks.items()}
        votes = [own[name] for name in voting] if is_kept else []
        votes = [rank for rank in votes if rank is not None]
        fused = _turned_round(votes, sum(kept)) if votes else 0.0
        standings.append(Standing(own, fused, not is_kept))
    return standings


def _ranks(name, values, kept) -> list[float | None]:
    """Ranks of the kept candidates that have a value, 1 = best."""
    sign = 1 if SCORES[name].better == HIGHER else -1
    ranked = [
        sign * value if value is not None and is_kept else None
        for value, is_kept in zip(values, kept, strict=True)
    ]
    present = np.array([value for value in ranked if value is not None])
    return [
        None
        if value is None
        # Better ones stand before it; equal ones share their places.
        else float((present > value).sum() + ((present == value).sum() + 1) / 2)
        for value in ranked
    ]


def _turned_round(ranks: Sequence[float], count: int) -> float:
    if count == 1:
        return 1.0
    return float(1 - (np.mean(ranks) - 1) / (count - 1))
