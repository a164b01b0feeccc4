"""Does adapting hurt? Label-free scores against those from before it began.

While the target weighs nothing (`--target_delay`) a run is source-only: its
last scores then are a baseline that costs nothing. Later moments are worse by

    mean over s of 1 - s_now / s_before,   s in source_miou, flip_agreement

the scores that vote in the fused rank; without a source the second alone. A
moment whose mutual information is
less than half of what it was has collapsed, and is worse whatever the rest.
"""

from collections.abc import Mapping
from collections.abc import Sequence

from tf_advseg.training.health.ranges import RANGES
from tf_advseg.training.health.rules import Alarm

KIND = "adapting_hurts"
VOTERS = ("source_miou", "flip_agreement")
MOMENTS = 2
"""So many in a row must be worse: single snapshots swing."""

_INFORMATION = "mutual_information"
_COLLAPSE = 0.5

Scores = Mapping[str, float | None]


def adapting_hurts(before: Scores, later: Sequence[Scores]) -> Alarm | None:
    """An alarm, if it begins at the last of the moments.

    Args:
        before: The scores at the end of the source-only beginning.
        later: Those of all moments since, in order.
    """
    if not _is_worse(before, later) or _is_worse(before, later[:-1]):
        return None
    now = later[-1]
    healthy = RANGES[KIND]
    changes = ", ".join(
        f"{name} {before[name]:.3f} -> {now[name]:.3f}"
        for name in (*VOTERS, _INFORMATION)
        if before.get(name) is not None and now.get(name) is not None
    )
    return Alarm(
        KIND,
        None,
        loss(before, now),
        (healthy.low, healthy.high),
        f"Adapting hurts: {MOMENTS} snapshots in a row are worse than before "
        f"it began, as far as can be seen without labels ({changes}). Lower "
        "--target_weight_scale, or the target_weights in --method, or take "
        "longer (--target_warmup); the snapshot from before can be chosen.",
    )


def loss(before: Scores, now: Scores) -> float:
    """What share of its scores a moment has lost; negative if it gained.

    >>> before = {"source_miou": 0.5, "flip_agreement": 0.8}
    >>> round(loss(before, {"source_miou": 0.4, "flip_agreement": 0.8}), 3)
    0.1
    """
    if _ratio(before, now, _INFORMATION, 1.0) < _COLLAPSE:
        return 1.0
    known = [name for name in VOTERS if before.get(name) is not None]
    if not known:
        return 0.0
    ratios = [_ratio(before, now, name, 1.0) for name in known]
    return 1 - sum(ratios) / len(ratios)


def _is_worse(before: Scores, moments: Sequence[Scores]) -> bool:
    last = moments[-MOMENTS:]
    worse = [loss(before, scores) > RANGES[KIND].high for scores in last]
    return len(last) == MOMENTS and all(worse)


def _ratio(before: Scores, now: Scores, name: str, unknown: float) -> float:
    old, new = before.get(name), now.get(name)
    return unknown if new is None or not old else new / old
