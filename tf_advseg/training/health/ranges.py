"""The one table of what is healthy.

Set so that AdvEnt, on small embedded streets with its default settings, stays
inside, and the same run with target weights 100 times too large does not;
`docs/health.md` has the figures. Other methods were not held against them.
"""

import dataclasses

LOOKS = 3
"""A number must be unhealthy for this many looks in a row."""

GRACE = 2
"""The first looks of a run are not judged: classifiers start at random."""

MEMORY = 5
"""A cliff is a fall from the median of this many looks before."""


BLIND = 0.6
"""A discriminator of a lower accuracy can hardly tell the domains apart."""


@dataclasses.dataclass(frozen=True)
class Range:
    """The healthy values of one number.

    Args:
        low: Smallest.
        high: Largest.
        meaning: What the number is.
    """

    low: float
    high: float
    meaning: str


RANGES = {
    "discriminator_accuracy": Range(
        0.0,
        0.995,
        "share of patches whose domain a discriminator recognises, mean of "
        "both domains",
    ),
    "pull_ratio": Range(
        0.0,
        1.0,
        "gradient of the target's losses at a level's outputs, divided by "
        "that of the labels' loss",
    ),
    "blind_pull_ratio": Range(
        0.0,
        0.2,
        "the same where the discriminator recognises fewer than 60 % of the "
        "patches: a strong pull into no direction",
    ),
    "excess_share": Range(
        0.0,
        0.4,
        "largest share of a class in target predictions, less its share in "
        "the source's labels",
    ),
    "loss_jump": Range(
        0.0,
        2.0,
        "the labels' loss, divided by its median over the looks before",
    ),
    "entropy_jump": Range(
        0.0,
        0.3,
        "change of the target's entropy (0-1) from its median over the looks "
        "before",
    ),
    "adapting_hurts": Range(
        -1.0,
        0.05,
        "share of the label-free scores lost since before adapting began",
    ),
}
