"""Would other voters have chosen better? Every combination of a few scores."""

import itertools
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from benchmarks.selection.regret import regret
from tf_advseg.selection.candidates import MEAN
from tf_advseg.selection.fused_rank import FUSED
from tf_advseg.selection.fused_rank import fuse
from tf_advseg.selection.scores.table import SCORES

MOST_VOTERS = 4
SHOWN = 5

Records = Mapping[str, Mapping[str, dict]]
Voters = tuple[str, ...]


def section(pairs: Records) -> list[str]:
    """The best combinations, and where the fused rank's own stands.

    Args:
        pairs: By the name of a pair's folder, then by the run's name, the
            run's selection.json, with mIoUs.
    """
    regrets = {
        voters: {
            pair: np.mean([regret_of(run, voters) for run in runs.values()])
            for pair, runs in pairs.items()
        }
        for voters in combinations(full_scores(pairs))
    }
    # Pairs count alike, however many runs each has.
    means = {v: np.mean(list(by.values())) for v, by in regrets.items()}
    default = means[by_registry(FUSED)]
    better = sum(mean < default - 1e-9 for mean in means.values())
    order = sorted(means, key=lambda voters: (round(means[voters], 9), voters))
    lines = [
        f"Of all {len(means)} combinations of one to {MOST_VOTERS} scores, "
        f"{better} would have done better than the default's, "
        f"{default:.2f} points, in the mean over pairs. The first {SHOWN}:",
        "",
        f"| voters | mean | {' | '.join(pairs)} |",
        f"| --- | --- |{' --- |' * len(pairs)}",
    ]
    for voters in order[:SHOWN]:
        cells = [means[voters], *regrets[voters].values()]
        numbers = " | ".join(f"{cell:.2f}" for cell in cells)
        lines.append(f"| {', '.join(f'`{v}`' for v in voters)} | {numbers} |")
    return lines


def full_scores(pairs: Records) -> Voters:
    """Those that every snapshot has: others never vote.

    The mean of weights may lack one: it has no partner to agree with.
    """
    candidates = [
        candidate
        for runs in pairs.values()
        for record in runs.values()
        for candidate in record["candidates"]
        if candidate["weights"] != MEAN
    ]
    return tuple(
        name
        for name in SCORES
        if all(c["scores"].get(name) is not None for c in candidates)
    )


def combinations(names: Voters) -> list[Voters]:
    """Every set of one to `MOST_VOTERS` scores, in the registry's order."""
    return [
        voters
        for count in range(1, MOST_VOTERS + 1)
        for voters in itertools.combinations(names, count)
    ]


def by_registry(names: Sequence[str]) -> Voters:
    """The names in the order that `combinations` has them in."""
    return tuple(name for name in SCORES if name in names)


def regret_of(record: dict, voters: Voters) -> float:
    """What the choice of these voters costs in one run, in points of mIoU.

    A candidate that lacks one of the scores cannot be chosen.
    """
    every = record["candidates"]
    best = 100 * max(candidate["miou"] for candidate in every)
    candidates = [
        candidate
        for candidate in every
        if all(candidate["scores"].get(v) is not None for v in voters)
    ]
    standings = fuse([c["scores"] for c in candidates], voters)
    mious = [100 * candidate["miou"] for candidate in candidates]
    own = regret(mious, [standing.fused for standing in standings])
    return own + best - max(mious)
