"""When to alarm: rules on what the looks at a run's health have shown.

A look is a dict of means over some steps, by the names of
`training.health.numbers`. Each rule sees all looks so far and either says
nothing or returns one alarm, in words that say what to do.
"""

import dataclasses
import statistics
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

from tf_advseg.training.health.ranges import BLIND
from tf_advseg.training.health.ranges import GRACE
from tf_advseg.training.health.ranges import LOOKS
from tf_advseg.training.health.ranges import MEMORY
from tf_advseg.training.health.ranges import RANGES

Look = Mapping[str, float]

_SMALL_LOSS = 0.05
"""Below it a loss may double without harm."""


@dataclasses.dataclass(frozen=True)
class Alarm:
    """Something that is not healthy.

    Args:
        kind: `discriminator_won`, `discriminator_lost`,
            `target_outweighs_labels`, `one_class`, `cliff` or, of
            `training.health.baseline`, `adapting_hurts`.
        level: The discriminator's level, or None.
        value: The number, as its mean over the last looks.
        healthy: Its range (low, high).
        message: What happened and what to do, for people.
    """

    kind: str
    level: str | None
    value: float
    healthy: tuple[float, float]
    message: str


def alarms(looks: Sequence[Look], prior: Mapping[str, float]) -> list[Alarm]:
    """What is wrong at the last of the looks.

    Args:
        looks: All looks of the run so far, in order.
        prior: Share of each class in the source's labels, by name.
    """
    if len(looks) < GRACE + LOOKS:
        return []
    by_level = (
        discriminator_won,
        discriminator_lost,
        target_outweighs_labels,
    )
    levels = _levels(looks)
    found = [rule(looks, level) for rule in by_level for level in levels]
    found += [one_class(looks, prior), cliff(looks)]
    return [alarm for alarm in found if alarm is not None]


def discriminator_won(looks: Sequence[Look], level: str) -> Alarm | None:
    """A discriminator that is never wrong: the target does not come closer."""
    values = _recent(looks, lambda look: accuracy(look, level))
    healthy = RANGES["discriminator_accuracy"]
    if not values or min(values) <= healthy.high:
        return None
    value = statistics.mean(values)
    return Alarm(
        "discriminator_won",
        level,
        value,
        (healthy.low, healthy.high),
        f"The discriminator of level {level!r} has won: it recognises "
        f"{value:.1%} of all patches, so the target's predictions do not come "
        "closer to the source's. Lower --discriminator_learning_rate, or "
        "raise the target weight of this level.",
    )


def discriminator_lost(looks: Sequence[Look], level: str) -> Alarm | None:
    """A discriminator that knows nothing, and still pulls.

    With small weights a discriminator near 0.5 is harmless, and usual where
    a level is well aligned; with large ones it drags the segmenter along.
    """
    healthy = RANGES["blind_pull_ratio"]
    ratios = _recent(looks, lambda look: pull_ratio(look, level))
    values = _recent(looks, lambda look: accuracy(look, level))
    if not ratios or not values or min(ratios) <= healthy.high:
        return None
    if statistics.mean(values) >= BLIND:
        return None
    value = statistics.mean(ratios)
    return Alarm(
        "discriminator_lost",
        level,
        value,
        (healthy.low, healthy.high),
        f"The discriminator of level {level!r} has lost: it recognises only "
        f"{statistics.mean(values):.0%} of the patches (50 % is guessing), "
        f"and still pulls {value:.2g} times as hard as the labels. Lower "
        "--target_weight_scale, or the target_weights in --method, to a "
        "tenth.",
    )


def target_outweighs_labels(looks: Sequence[Look], level: str) -> Alarm | None:
    """The target's losses pull harder than the labels do."""
    healthy = RANGES["pull_ratio"]
    ratios = _recent(looks, lambda look: pull_ratio(look, level))
    if not ratios or min(ratios) <= healthy.high:
        return None
    value = statistics.mean(ratios)
    return Alarm(
        "target_outweighs_labels",
        level,
        value,
        (healthy.low, healthy.high),
        f"At level {level!r} the target's losses pull {value:.2g} times as "
        "hard as the labels, which are forgotten. Lower "
        "--target_weight_scale, or the target_weights in --method, to a "
        "tenth.",
    )


def one_class(
    looks: Sequence[Look], prior: Mapping[str, float]
) -> Alarm | None:
    """One class swallows the image."""
    healthy = RANGES["excess_share"]
    for name, expected in prior.items():
        shares = _recent(looks, lambda k, of=name: k.get(f"health/share/{of}"))
        if shares and min(shares) - expected > healthy.high:
            share = statistics.mean(shares)
            return Alarm(
                "one_class",
                None,
                share - expected,
                (healthy.low, healthy.high),
                f"The class {name!r} swallows the image: {share:.0%} of the "
                f"target's pixels, against {expected:.0%} of the source's "
                "labels (without a source: of what the start predicts). "
                "Lower the target weights, or use a method with the "
                "class-ratio prior (advent_cp, minent_cp).",
            )
    return None


def cliff(looks: Sequence[Look]) -> Alarm | None:
    """A sudden change that stays, of the labels' loss or the certainty."""
    now, usual = _before_and_after(looks, "health/source_loss")
    healthy = RANGES["loss_jump"]
    if now and min(now) > healthy.high * max(usual, _SMALL_LOSS):
        ratio = statistics.mean(now) / max(usual, _SMALL_LOSS)
        return _cliff("labels' loss", now, usual, ratio, healthy)
    now, usual = _before_and_after(looks, "health/entropy/target")
    healthy = RANGES["entropy_jump"]
    moves = [abs(entropy - usual) for entropy in now]
    if now and min(moves) > healthy.high:
        move = statistics.mean(moves)
        return _cliff("target's entropy", now, usual, move, healthy)
    return None


def _cliff(what, now, usual, value, healthy) -> Alarm:
    return Alarm(
        "cliff",
        None,
        value,
        (healthy.low, healthy.high),
        f"The {what} jumped from {usual:.3g} to {statistics.mean(now):.3g} "
        "and stays there. Lower --learning_rate or the target weights, or go "
        "back to an earlier checkpoint (--on_alarm=rollback).",
    )


def accuracy(look: Look, level: str) -> float | None:
    """A discriminator's accuracy, both domains counting alike."""
    name = "health/discriminator_accuracy/{}/{}"
    source = look.get(name.format("source", level))
    target = look.get(name.format("target", level))
    if source is None or target is None:
        return None
    return (source + target) / 2


def pull_ratio(look: Look, level: str) -> float | None:
    """How many times as hard as the labels the target's losses pull."""
    source = look.get(f"health/pull/source/{level}")
    target = look.get(f"health/pull/target/{level}")
    if source is None or target is None:
        return None
    return target / max(source, 1e-12)


def _levels(looks: Sequence[Look]) -> list[str]:
    """The levels at which something is asked of target images."""
    start = "health/pull/target/"
    names = (n for n in looks[-1] if n.startswith(start))
    return [name.removeprefix(start) for name in names]


def _recent(
    looks: Sequence[Look], number: Callable[[Look], float | None]
) -> list[float]:
    """A number at the last looks; empty if one of them lacks it."""
    last = looks[-LOOKS:]
    values = [value for value in map(number, last) if value is not None]
    return values if len(values) == len(last) else []


def _before_and_after(looks, name) -> tuple[list[float], float]:
    """The last looks' values, and the usual one before them."""
    before = looks[GRACE:-LOOKS][-MEMORY:]
    values = [look[name] for look in before if name in look]
    if not values:
        return [], 0.0
    return _recent(looks, lambda k: k.get(name)), statistics.median(values)
