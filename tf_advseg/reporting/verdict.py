"""Did adaptation pay? Yes, no, or it cannot be told: the rule, in one place.

Yes if the whole interval of the gained mIoU lies above zero, no if it lies
below, and otherwise it cannot be told from these images. Without labels of
the target, or without a source-only run, there is no verdict: a lower entropy
proves nothing, since a model that has collapsed to one class is sure too.
"""

import dataclasses

import numpy as np

from tf_advseg.metrics.bootstrap import Interval
from tf_advseg.metrics.bootstrap import iou_of_counts
from tf_advseg.metrics.bootstrap import miou_of_counts
from tf_advseg.metrics.bootstrap import paired_difference
from tf_advseg.reporting.facts import BASELINE_METHOD
from tf_advseg.reporting.facts import ORACLE_METHOD
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import Pair
from tf_advseg.reporting.facts import RunFacts

YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The answer and its reason.

    Attributes:
        answer: YES, NO or UNKNOWN.
        headline: The answer for people, a few words.
        reason: One sentence.
    """

    answer: str
    headline: str
    reason: str


def judge(group: Group) -> Verdict:
    """Answers for a method."""
    if group.method_name == BASELINE_METHOD:
        return _unknown(
            "This is a source-only run: nothing was adapted. Give an adapted "
            "run beside it."
        )
    if group.method_name == ORACLE_METHOD:
        return _unknown(
            "This run trained on the target's labels: an upper bound, not an "
            "adaptation."
        )
    if all(pair.baseline is None for pair in group.pairs):
        return _unknown(
            "There is no source-only run to hold it against. Train with "
            "--compare=source_only, or give such a run as well."
        )
    if group.gain is None:
        return _unknown(_why_no_gain(group))
    return _by_interval(group.gain)


def _by_interval(gain: Interval) -> Verdict:
    share = f"{100 * gain.level:.0f} %"
    if gain.low > 0:
        return Verdict(
            YES,
            "Yes, adaptation paid",
            f"The whole {share} interval lies above zero.",
        )
    if gain.high < 0:
        return Verdict(
            NO,
            "No, adaptation did harm",
            f"The whole {share} interval lies below zero.",
        )
    return _unknown(
        f"The {share} interval holds zero: on other images of the same kind "
        "the sign could be the other. More labelled images or more seeds "
        "would tell."
    )


def _why_no_gain(group: Group) -> str:
    pair = group.pairs[0]
    if pair.adapted.target is None:
        return (
            "The images could not be looked at here, so there is no interval; "
            "what the runs recorded is shown."
        )
    return (
        "The target has no labels here. Entropy and shares of classes are "
        "shown; they can warn of a collapse, but cannot prove a gain."
    )


def _unknown(reason: str) -> Verdict:
    return Verdict(UNKNOWN, "It cannot be told", reason)


def with_gains(group: Group, draws: int) -> Group:
    """Returns the group with its gains and their intervals, if it has any.

    Args:
        group: Runs that are measured.
        draws: Of the bootstrap.
    """
    counts = [found for pair in group.pairs if (found := _counts(pair))]
    if not counts:
        return group
    after, before = zip(*_same_images(counts), strict=True)
    gain, class_gains = (
        paired_difference(after, before, draws=draws, statistic=statistic)
        for statistic in (miou_of_counts, iou_of_counts)
    )
    return dataclasses.replace(group, gain=gain, class_gains=class_gains)


def difference_between(one: Group, other: Group, draws: int) -> Interval | None:
    """How much more mIoU one method has than another, with its interval.

    Runs of the same seed are compared; if there are none, the first of each.
    """
    seeds = {run.record.seed: run for run in other.adapted}
    pairs = [
        Pair(run, seeds[run.record.seed], {})
        for run in one.adapted
        if run.record.seed in seeds
    ]
    if not pairs:
        pairs = [Pair(one.adapted[0], other.adapted[0], {})]
    return with_gains(Group("", tuple(pairs)), draws).gain


def _counts(pair: Pair) -> tuple[dict, dict] | None:
    """Pixel counts by image of the adapted run and of the baseline."""
    if pair.baseline is None:
        return None
    found = _by_key(pair.adapted), _by_key(pair.baseline)
    return found if all(found) else None


def _by_key(run: RunFacts) -> dict[str, np.ndarray]:
    if run.target is None or run.target.truth is None:
        return {}
    return dict(zip(run.target.keys, run.target.truth.counts, strict=True))


def _same_images(counts):
    """Only the images that all the runs could read, in one order."""
    readable = [found for pair in counts for found in pair]
    keys = [key for key in readable[0] if all(key in r for r in readable)]
    return [
        tuple(np.stack([found[key] for key in keys]) for found in pair)
        for pair in counts
    ]
